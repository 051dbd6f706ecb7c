package io.github.rlllm.engine.world.house;

import io.github.rlllm.engine.learner.GoalWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The house as a world of goals for learning with hindsight: the goals are {@link SkillGoal#all} by their position, the
 * places are the layouts of the seeds below {@link HouseLayout#TRAINED} alone.
 */
public final class HouseGoals implements GoalWorld {
    /** How often a new house begins with something in hand, so that putting down is learned in unknown houses too. */
    private static final double IN_HAND = 0.3;
    /** How often relabelling takes a thing that is not in the house, whose value is 0. */
    private static final double ABSENT = 0.03;

    private static final int THINGS = Thing.all().size();
    private static final int PORTABLE = THINGS - Colour.values().length;
    private static final List<SkillGoal> GOALS = SkillGoal.all();
    private static final SkillGoal.Kind[] KINDS = SkillGoal.Kind.values();

    private final HouseConfig config;
    private final boolean remembers;
    private HouseState state;
    private HouseMemory memory;
    private long present;

    /**
     * A world of training layouts.
     *
     * @param config what houses are drawn
     * @param remembers whether the observation draws on all past views, or on the present one alone
     */
    public HouseGoals(HouseConfig config, boolean remembers) {
        this.config = config;
        this.remembers = remembers;
        state = HouseLayout.generate(0, config);
        memory = new HouseMemory(state.width(), state.height());
    }

    @Override
    public int observationSize() {
        return HouseObservation.SIZE;
    }

    @Override
    public int actions() {
        return HouseAction.values().length;
    }

    @Override
    public int goals() {
        return GOALS.size();
    }

    @Override
    public int memorySize() {
        return memory.map.length + 4;
    }

    @Override
    public void begin(RandomGenerator rng) {
        state = HouseLayout.generate(rng.nextInt(HouseLayout.TRAINED), config);
        if (rng.nextDouble() < IN_HAND) {
            List<Thing> portable =
                    state.things().stream().filter(Thing::portable).toList();
            state = HouseTask.inHand(state, portable.get(rng.nextInt(portable.size())));
        }
        present = 0;
        for (Thing thing : state.things()) {
            present |= 1L << thing.index();
        }
        memory.forget();
        memory.look(state);
    }

    @Override
    public int drawGoal(RandomGenerator rng) {
        List<Integer> open = new ArrayList<>();
        SkillGoal.Kind wanted = KINDS[rng.nextInt(KINDS.length)];
        for (int attempt = 0; attempt < KINDS.length && open.isEmpty(); attempt++) {
            SkillGoal.Kind kind = KINDS[(wanted.ordinal() + attempt) % KINDS.length];
            for (int goal = 0; goal < GOALS.size(); goal++) {
                if (GOALS.get(goal).kind() == kind && !lost(goal) && !achieved(goal)) {
                    open.add(goal);
                }
            }
        }
        return open.isEmpty() ? -1 : open.get(rng.nextInt(open.size()));
    }

    @Override
    public long place() {
        return present;
    }

    @Override
    public int anyGoal(RandomGenerator rng, long place) {
        long among = rng.nextDouble() < ABSENT ? ~place : place;
        while (true) {
            SkillGoal.Kind kind = KINDS[rng.nextInt(KINDS.length)];
            int first = kind == SkillGoal.Kind.OPEN ? PORTABLE : 0;
            int last = kind == SkillGoal.Kind.GO_TO || kind == SkillGoal.Kind.OPEN ? THINGS : PORTABLE;
            int offset = rng.nextInt(last - first);
            for (int k = 0; k < last - first; k++) {
                int thing = first + (offset + k) % (last - first);
                if ((among >> thing & 1) == 1) {
                    return index(kind, thing);
                }
            }
        }
    }

    /** Position in {@link SkillGoal#all}: go to (24), pick up (18), open (6), put down next to (18). */
    static int index(SkillGoal.Kind kind, int thing) {
        return switch (kind) {
            case GO_TO -> thing;
            case PICK_UP -> THINGS + thing;
            case OPEN -> THINGS + thing;
            case PUT_NEXT_TO -> THINGS + THINGS + thing;
        };
    }

    @Override
    public void step(int action) {
        state = state.after(HouseAction.of(action));
        if (!remembers) {
            memory.forget();
        }
        memory.look(state);
    }

    @Override
    public void remember(byte[] out) {
        int cells = memory.map.length;
        System.arraycopy(memory.map, 0, out, 0, cells);
        out[cells] = (byte) memory.x;
        out[cells + 1] = (byte) memory.y;
        out[cells + 2] = (byte) memory.heading;
        out[cells + 3] = (byte) memory.carried;
    }

    @Override
    public boolean achieved(int goal) {
        return state.achieved(GOALS.get(goal));
    }

    @Override
    public boolean lost(int goal) {
        return !state.admits(GOALS.get(goal));
    }

    @Override
    public void observe(byte[] known, int goal, float[] out) {
        int cells = memory.map.length;
        HouseObservation.encode(
                known,
                memory.width,
                cells / memory.width,
                known[cells],
                known[cells + 1],
                known[cells + 2],
                known[cells + 3],
                GOALS.get(goal),
                out);
    }

    /** A house in this state with this memory, for tests of what hindsight sees. */
    House house() {
        return House.of(state, memory);
    }
}
