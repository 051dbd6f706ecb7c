package io.github.rlllm.examples.experiment;

import io.github.rlllm.engine.world.house.Colour;
import io.github.rlllm.engine.world.house.SkillGoal;
import io.github.rlllm.engine.world.house.Thing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Instructions from a file of tab-separated values, in the format of {@code docs/instructions.md}: a wording, which may
 * hold slots for things; the expected skills; and, optionally, what the house must be like.
 */
final class InstructionFile {
    private static final int MAX_LINES = 10_000;
    private static final int MAX_DRAWS = 100;
    private static final Pattern PARTS =
            Pattern.compile("\\{([a-z]):([a-z]+)(?:=([a-z]))?(?:@(\\d))?\\}|\\[([^\\]@]+)@(\\d)\\]");
    private static final Map<String, List<Thing.Kind>> KINDS = Map.of(
            "ball", List.of(Thing.Kind.BALL),
            "box", List.of(Thing.Kind.BOX),
            "key", List.of(Thing.Kind.KEY),
            "door", List.of(Thing.Kind.DOOR),
            "thing", List.of(Thing.Kind.BALL, Thing.Kind.BOX, Thing.Kind.KEY),
            "any", List.of(Thing.Kind.BALL, Thing.Kind.BOX, Thing.Kind.KEY, Thing.Kind.DOOR));

    private final String name;
    private final List<String[]> rows;

    private InstructionFile(String name, List<String[]> rows) {
        this.name = name;
        this.rows = rows;
    }

    /** Our own instructions: {@code fit} or {@code heldout}. */
    static InstructionFile ours(String which) throws IOException {
        String resource = "instructions-" + which + ".tsv";
        try (InputStream in = Objects.requireNonNull(InstructionFile.class.getResourceAsStream(resource), resource);
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return read(resource, reader);
        }
    }

    /** Other people's. */
    static InstructionFile of(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return read(file.toString(), reader);
        }
    }

    static InstructionFile read(String name, Reader source) throws IOException {
        List<String[]> rows = new ArrayList<>();
        BufferedReader lines = new BufferedReader(source);
        String line = lines.readLine();
        for (int number = 1; line != null; number++, line = lines.readLine()) {
            String clean = line.strip();
            if (clean.isEmpty() || clean.startsWith("#") || (number == 1 && clean.startsWith("instruction\t"))) {
                continue;
            }
            String[] cells = clean.split("\t");
            if (cells.length < 2 || cells.length > 3 || rows.size() == MAX_LINES) {
                throw new IllegalArgumentException(name + ":" + number + ": " + cells.length
                        + " columns (expected: instruction, expected skills and, optionally, scene; at most "
                        + MAX_LINES + " lines)");
            }
            rows.add(new String[] {
                cells[0].strip(), cells[1].strip(), cells.length == 3 ? cells[2].strip() : "", name + ":" + number
            });
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(name + ": no instruction (expected: at least one)");
        }
        return new InstructionFile(name, rows);
    }

    /** The wordings as they are written, slots and all. */
    List<String> wordings() {
        return rows.stream().map(row -> row[0]).toList();
    }

    int size() {
        return rows.size();
    }

    @Override
    public String toString() {
        return name + " (" + rows.size() + " instructions)";
    }

    /**
     * The instructions with their slots filled. The kinds of things are the same for every seed, their colours differ.
     *
     * @param seed decides the colours
     */
    List<Instruction> fill(long seed) {
        List<Instruction> filled = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            String[] row = rows.get(i);
            try {
                filled.add(fill(row, i, new SplittableRandom(seed * 1_000_003 + i)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(row[3] + ": " + e.getMessage(), e);
            }
        }
        return filled;
    }

    private static Instruction fill(String[] row, long kinds, RandomGenerator colours) {
        Map<String, String> slots = slots(row[0], kinds, colours);
        List<Instruction.Plan> plans = new ArrayList<>();
        for (String plan : row[1].split("\\|")) {
            plans.add(plan(plan, slots));
        }
        StringBuilder text = new StringBuilder();
        List<Instruction.Mention> mentions = new ArrayList<>();
        Set<Integer> claimed = new HashSet<>();
        Matcher matcher = PARTS.matcher(row[0]);
        while (matcher.find()) {
            String step = matcher.group(5) == null ? matcher.group(4) : matcher.group(6);
            if (step != null) {
                claimed.add(Integer.valueOf(step));
            }
        }
        matcher.reset();
        String last = "?";
        while (matcher.find()) {
            matcher.appendReplacement(text, "");
            int from = text.length();
            boolean pronoun = false;
            String step = matcher.group(4);
            if (matcher.group(5) == null) {
                last = slots.getOrDefault(matcher.group(1), "?");
                text.append(last.startsWith("any ") ? matcher.group(2).substring(3) : last);
            } else {
                pronoun = matcher.group(5).equals("it");
                last = pronoun ? last : "?";
                step = matcher.group(6);
                text.append(matcher.group(5));
            }
            int number = step == null ? unclaimed(plans.get(0), last, claimed) : Integer.parseInt(step);
            mentions.add(new Instruction.Mention(from, text.length(), last, pronoun, number));
        }
        matcher.appendTail(text);
        return new Instruction(text.toString(), mentions, plans, scene(row[2], slots));
    }

    /** The number of the first step about a thing that no mention claims yet, or 0. */
    private static int unclaimed(Instruction.Plan plan, String thing, Set<Integer> claimed) {
        for (int i = 0; i < plan.steps().size(); i++) {
            if (plan.steps().get(i).thing().equals(thing) && claimed.add(i + 1)) {
                return i + 1;
            }
        }
        return 0;
    }

    /** Draws anew where a thing was drawn of which a key has to be the namesake. */
    private static Map<String, String> slots(String wording, long kinds, RandomGenerator colours) {
        for (int draw = 0; draw < MAX_DRAWS; draw++) {
            Map<String, String> slots = drawn(wording, kinds, colours);
            if (slots != null) {
                return slots;
            }
        }
        throw new IllegalArgumentException("slots: " + wording + " (expected: a thing is left for each)");
    }

    private static @Nullable Map<String, String> drawn(String wording, long kinds, RandomGenerator colours) {
        Map<String, String> slots = new HashMap<>();
        RandomGenerator kindsRng = new SplittableRandom(kinds);
        Matcher matcher = PARTS.matcher(wording);
        while (matcher.find()) {
            String slot = matcher.group(1);
            if (slot == null || slots.containsKey(slot)) {
                continue;
            }
            String kind = matcher.group(2);
            if (kind.startsWith("any") && kind.length() > 3) {
                slots.put(slot, "any " + singular(kind.substring(3)));
                continue;
            }
            List<Thing.Kind> options = KINDS.get(kind);
            if (options == null) {
                throw new IllegalArgumentException("slot: {" + slot + ":" + kind + "} (expected: a kind of "
                        + KINDS.keySet() + " or any and a noun)");
            }
            Thing.Kind chosen = options.get(kindsRng.nextInt(options.size()));
            String thing;
            int tries = 0;
            do {
                if (tries++ > 1000) {
                    return null;
                }
                Colour colour = Colour.values()[colours.nextInt(Colour.values().length)];
                thing = new Thing(chosen, colour).text();
                String sameColourAs = matcher.group(3);
                if (sameColourAs != null && slots.containsKey(sameColourAs)) {
                    thing = colourOf(slots.get(sameColourAs)) + " " + noun(thing);
                }
            } while (slots.containsValue(thing) || clashes(matcher, thing, slots, wording));
            slots.put(slot, thing);
        }
        return slots;
    }

    /** A key that is written before its door must leave the door's name free. */
    private static boolean clashes(Matcher matcher, String thing, Map<String, String> slots, String wording) {
        String door = matcher.group(3);
        if (door == null || slots.containsKey(door)) {
            return false;
        }
        String name = colourOf(thing) + " door";
        if (!wording.contains("{" + door + ":door") || slots.containsValue(name)) {
            return true;
        }
        slots.put(door, name);
        return false;
    }

    private static String singular(String noun) {
        return noun.endsWith("xes")
                ? noun.substring(0, noun.length() - 2)
                : noun.endsWith("s") ? noun.substring(0, noun.length() - 1) : noun;
    }

    private static String colourOf(String thing) {
        return thing.substring(0, thing.indexOf(' '));
    }

    private static String noun(String thing) {
        return thing.substring(thing.indexOf(' ') + 1);
    }

    private static Instruction.Plan plan(String text, Map<String, String> slots) {
        List<Instruction.Step> steps = new ArrayList<>();
        boolean impossible = false;
        for (String part : text.split(";")) {
            String step = part.strip().toLowerCase(Locale.ROOT);
            if (impossible || step.isEmpty()) {
                throw new IllegalArgumentException(
                        "expected skills: '" + text.strip() + "' (expected: steps between ';', impossible last)");
            }
            if (step.equals("impossible")) {
                impossible = true;
            } else {
                steps.add(step(step, slots));
            }
        }
        return new Instruction.Plan(steps, impossible);
    }

    private static Instruction.Step step(String text, Map<String, String> slots) {
        String step = text.startsWith("put next to ") ? "put down " + text.substring(4) : text;
        for (SkillGoal.Kind kind : SkillGoal.Kind.values()) {
            if (step.startsWith(kind.text() + " ")) {
                String argument = step.substring(kind.text().length()).strip();
                argument = argument.startsWith("the ") ? argument.substring(4) : argument;
                String thing = slots.getOrDefault(argument, argument);
                if (!thing.equals("?")) {
                    boolean any = thing.startsWith("any ");
                    // Refuses what is no thing and what the skill is not about.
                    new SkillGoal(kind, Thing.parse(any ? "red " + noun(thing) : thing));
                }
                return new Instruction.Step(kind, thing);
            }
        }
        throw new IllegalArgumentException("skill: '" + text
                + "' (expected: go to, pick up, open or put down next to, and a thing; or impossible)");
    }

    private static Instruction.Scene scene(String text, Map<String, String> slots) {
        if (text.isEmpty()) {
            return new Instruction.Scene(Instruction.Trouble.NONE, "");
        }
        int blank = text.indexOf(' ');
        String word = blank < 0 ? text : text.substring(0, blank);
        String about = blank < 0 ? "" : text.substring(blank + 1).strip();
        return new Instruction.Scene(Instruction.Trouble.of(word), slots.getOrDefault(about, about));
    }
}
