package io.github.rlllm.examples.experiment;

import io.github.rlllm.engine.world.house.Colour;
import io.github.rlllm.engine.world.house.HouseAction;
import io.github.rlllm.engine.world.house.HouseConfig;
import io.github.rlllm.engine.world.house.HouseLayout;
import io.github.rlllm.engine.world.house.HouseOracle;
import io.github.rlllm.engine.world.house.HouseState;
import io.github.rlllm.engine.world.house.SkillGoal;
import io.github.rlllm.engine.world.house.Thing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes a house in which an instruction makes sense: an unseen layout whose things are renamed until it holds what the
 * instruction names, lacks what it must lack, and the shortest-path oracle can execute the expected plan.
 */
final class HouseScene {
    private static final int TRIES = 4000;
    private static final String COLOURS = "rgbpya";
    private static final String KINDS = "oxk";

    private HouseScene() {}

    /**
     * A house for an instruction.
     *
     * @param instruction what is asked for
     * @param seed decides the layout
     * @throws IllegalArgumentException if no house is found, since the plan cannot be executed in any
     */
    static HouseState of(Instruction instruction, long seed) {
        Needs needs = new Needs(instruction);
        for (int i = 0; i < TRIES; i++) {
            long layout = HouseLayout.UNSEEN + Math.floorMod(seed, 1_000L) * TRIES + i;
            SplittableRandom rng = new SplittableRandom(layout);
            HouseState start = HouseLayout.generate(layout, needs.config());
            List<String> rows = renamed(start, needs, rng);
            if (rows != null) {
                HouseState house = HouseLayout.parse(rows.toArray(String[]::new));
                if (needs.suits(house)) {
                    return house;
                }
            }
        }
        throw new IllegalArgumentException("instruction: '" + instruction.text()
                + "' (expected: skills that can be executed in some house, in this order)");
    }

    /** What a house must hold and lack. */
    private static final class Needs {
        private final Instruction instruction;
        private final Set<Thing> present = new LinkedHashSet<>();
        private final Set<Thing> absent = new LinkedHashSet<>();
        private final Set<Thing> shut = new LinkedHashSet<>();
        private @Nullable Thing locked;
        private boolean key;

        Needs(Instruction instruction) {
            this.instruction = instruction;
            List<Instruction.Step> steps = instruction.plans().get(0).steps();
            for (int i = 0; i < steps.size(); i++) {
                Instruction.Step step = steps.get(i);
                if (!concrete(step.thing())) {
                    continue;
                }
                Thing thing = Thing.parse(step.thing());
                present.add(thing);
                if (step.kind() == SkillGoal.Kind.OPEN) {
                    shut.add(thing);
                    String itsKey = thing.colour().text() + " key";
                    if (i > 0
                            && steps.get(i - 1).kind() == SkillGoal.Kind.PICK_UP
                            && steps.get(i - 1).thing().equals(itsKey)) {
                        locked = thing;
                        key = true;
                    }
                }
            }
            for (Instruction.Mention mention : instruction.mentions()) {
                if (concrete(mention.thing())) {
                    present.add(Thing.parse(mention.thing()));
                }
            }
            trouble(instruction.scene());
        }

        private void trouble(Instruction.Scene scene) {
            boolean named = concrete(scene.about());
            switch (scene.trouble()) {
                case MISSING -> absent.add(Thing.parse(scene.about()));
                case LOCKED -> {
                    locked = Thing.parse(scene.about());
                    absent.add(new Thing(Thing.Kind.KEY, locked.colour()));
                }
                case BEHIND, CHOICE -> {
                    if (named) {
                        present.add(Thing.parse(scene.about()));
                    }
                }
                case NONE -> {
                    boolean bare = instruction.impossible()
                            && instruction.plans().get(0).steps().isEmpty();
                    String text = " " + instruction.text().toLowerCase(java.util.Locale.ROOT) + " ";
                    for (Thing thing : Thing.all()) {
                        if (bare && text.contains(thing.text())) {
                            absent.add(thing);
                        }
                    }
                }
            }
            present.removeAll(absent);
        }

        private static boolean concrete(String thing) {
            return !thing.isEmpty() && !thing.equals("?") && !thing.startsWith("any ");
        }

        HouseConfig config() {
            boolean shutIn = instruction.scene().trouble() == Instruction.Trouble.BEHIND
                    || instruction.scene().trouble() == Instruction.Trouble.CHOICE;
            double withLock = locked != null || shutIn ? 1 : 0;
            int portable = (int) present.stream().filter(Thing::portable).count();
            int least = Math.min(8, Math.max(shutIn ? 6 : 4, portable + 1));
            return new HouseConfig(4, least, Math.max(7, least), .25, withLock, locked != null && key ? 0 : withLock);
        }

        /** Whether the plan can be executed, nothing is done already, and the trouble is as it should be. */
        boolean suits(HouseState start) {
            HouseState state = start;
            for (Instruction.Step step : instruction.plans().get(0).steps()) {
                HouseState next = null;
                for (Thing thing : Thing.all()) {
                    boolean meant = step.thing().equals(thing.text())
                            || step.thing().equals("any " + thing.kind().name().toLowerCase(java.util.Locale.ROOT));
                    if (next == null && meant) {
                        SkillGoal goal = new SkillGoal(step.kind(), thing);
                        next = state.achieved(goal) ? null : after(state, goal);
                    }
                }
                if (next == null) {
                    return false;
                }
                state = next;
            }
            Instruction.Scene scene = instruction.scene();
            return switch (scene.trouble()) {
                case BEHIND -> !reachable(start, Thing.parse(scene.about()));
                case CHOICE -> {
                    String kind = scene.about().substring(4);
                    List<Thing> candidates = start.things().stream()
                            .filter(thing -> thing.text().endsWith(" " + kind))
                            .toList();
                    long within = candidates.stream()
                            .filter(thing -> reachable(start, thing))
                            .count();
                    yield within > 0 && within < candidates.size();
                }
                case NONE, MISSING, LOCKED -> true;
            };
        }
    }

    private static boolean reachable(HouseState state, Thing thing) {
        return HouseOracle.plan(state, new SkillGoal(SkillGoal.Kind.GO_TO, thing)) != null;
    }

    private static @Nullable HouseState after(HouseState state, SkillGoal goal) {
        List<HouseAction> actions = HouseOracle.plan(state, goal);
        if (actions == null) {
            return null;
        }
        HouseState next = state;
        for (HouseAction action : actions) {
            next = next.after(action);
        }
        return next;
    }

    /** The floor plan with its things renamed, or null where it has too few places. */
    private static @Nullable List<String> renamed(HouseState start, Needs needs, RandomGenerator rng) {
        String[] rows = start.toString().split("\n");
        List<int[]> things = new ArrayList<>();
        List<int[]> doors = new ArrayList<>();
        int[] lock = null;
        for (int y = 0; y < rows.length; y++) {
            for (int at = 0; at + 1 < rows[y].length(); at += 3) {
                char second = rows[y].charAt(at + 1);
                if (KINDS.indexOf(second) >= 0) {
                    things.add(new int[] {y, at});
                } else if (second == '!') {
                    lock = new int[] {y, at};
                } else if (second == '_' || second == '+') {
                    doors.add(new int[] {y, at});
                }
            }
        }
        char[][] cells = new char[rows.length][];
        for (int y = 0; y < rows.length; y++) {
            cells[y] = rows[y].toCharArray();
        }
        return nameDoors(cells, doors, lock, needs, rng) && nameThings(cells, things, lock, needs, rng)
                ? java.util.Arrays.stream(cells).map(String::new).toList()
                : null;
    }

    private static boolean nameDoors(
            char[][] cells, List<int[]> doors, int @Nullable [] lock, Needs needs, RandomGenerator rng) {
        Thing locked = needs.locked;
        if (locked != null && lock == null) {
            return false;
        }
        List<Thing> names = names(needs, true, rng);
        names.remove(locked);
        if (lock != null) {
            Thing name = locked;
            for (Thing free : names) {
                name = name == null && !needs.present.contains(free) ? free : name;
            }
            if (name == null) {
                return false;
            }
            names.remove(name);
            write(cells, lock, name, '!');
        }
        shuffle(doors, rng);
        for (int i = 0; i < doors.size(); i++) {
            char state = cells[doors.get(i)[0]][doors.get(i)[1] + 1];
            write(cells, doors.get(i), names.get(i), needs.shut.contains(names.get(i)) ? '+' : state);
        }
        return needs.present.stream()
                .filter(thing -> !thing.portable() && !thing.equals(locked))
                .allMatch(names.subList(0, doors.size())::contains);
    }

    private static boolean nameThings(
            char[][] cells, List<int[]> things, int @Nullable [] lock, Needs needs, RandomGenerator rng) {
        List<Thing> names = names(needs, false, rng);
        if (lock != null && !needs.key) {
            int colour = COLOURS.indexOf(cells[lock[0]][lock[1]]);
            Thing key = new Thing(Thing.Kind.KEY, Colour.values()[colour]);
            if (needs.present.contains(key)) {
                return false;
            }
            names.remove(key);
        }
        shuffle(things, rng);
        for (int i = 0; i < things.size(); i++) {
            write(
                    cells,
                    things.get(i),
                    names.get(i),
                    KINDS.charAt(names.get(i).kind().ordinal()));
        }
        return needs.present.stream().filter(Thing::portable).count() <= things.size();
    }

    /** Names to give, those that must be there first. */
    private static List<Thing> names(Needs needs, boolean doors, RandomGenerator rng) {
        List<Thing> names = new ArrayList<>(Thing.all());
        names.removeIf(thing -> thing.portable() == doors || needs.absent.contains(thing));
        shuffle(names, rng);
        names.sort(java.util.Comparator.comparing(thing -> !needs.present.contains(thing)));
        return names;
    }

    private static void write(char[][] cells, int[] at, Thing thing, char second) {
        cells[at[0]][at[1]] = COLOURS.charAt(thing.colour().ordinal());
        cells[at[0]][at[1] + 1] = second;
    }

    private static <T> void shuffle(List<T> list, RandomGenerator rng) {
        for (int i = list.size() - 1; i > 0; i--) {
            Collections.swap(list, i, rng.nextInt(i + 1));
        }
    }
}
