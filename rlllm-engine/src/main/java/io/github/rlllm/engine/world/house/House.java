package io.github.rlllm.engine.world.house;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The house as an environment: 11 x 11 cells, four rooms, doors, keys, balls and boxes; six primitive actions
 * ({@link HouseAction}, by their numbers); a partial egocentric view, remembered or not ({@link HouseObservation}); and
 * a goal. The reward is 1 when the goal is reached, else 0. An episode terminates there, and where the goal's
 * precondition is lost (such as what was to be put next to something put elsewhere); it is truncated after a number of
 * steps.
 *
 * <p>For plans of several skills: {@link #begin} a state, then {@link #pursue} one goal after the other; the map that
 * the agent made of the house stays. Confined to one thread.
 */
public final class House implements Environment<float[], Integer>, Snapshot {
    /** The number of steps after which an attempt at a goal is truncated, unless told otherwise. */
    public static final int LIMIT = 128;

    private static final Space<float[]> OBSERVATIONS = Space.box(-1.5, 1.5, HouseObservation.SIZE);
    private static final Space<Integer> ACTIONS = Space.discrete(HouseAction.values().length);

    private final HouseConfig config;
    private final boolean remembers;
    private final int limit;
    private @Nullable HouseState state;
    private HouseMemory memory = new HouseMemory(1, 1);
    private @Nullable SkillGoal goal;
    private int steps;
    private boolean over = true;

    /**
     * A house whose {@link #reset} draws task kinds evenly.
     *
     * @param config what houses are drawn
     * @param remembers whether the observation draws on all past views, or on the present one alone
     * @param limit steps after which an attempt is truncated, at least 1
     * @throws IllegalArgumentException if the limit is below 1
     */
    public House(HouseConfig config, boolean remembers, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
        }
        this.config = config;
        this.remembers = remembers;
        this.limit = limit;
    }

    /** A house of {@link HouseConfig#defaults} with memory and {@link #LIMIT}. */
    public House() {
        this(HouseConfig.defaults(), true, LIMIT);
    }

    @Override
    public Space<float[]> observationSpace() {
        return OBSERVATIONS;
    }

    @Override
    public Space<Integer> actionSpace() {
        return ACTIONS;
    }

    @Override
    public float[] reset(long seed) {
        SkillGoal.Kind[] kinds = SkillGoal.Kind.values();
        SkillGoal.Kind kind = kinds[new SplittableRandom(seed).nextInt(kinds.length)];
        if (config.rooms() == 1 && kind == SkillGoal.Kind.OPEN) {
            kind = SkillGoal.Kind.GO_TO;
        }
        HouseTask task = HouseTask.sample(seed, config, kind);
        begin(task.start());
        return pursue(task.goal());
    }

    /**
     * Begins in a given state, with nothing known but what is in view. Follow it by {@link #pursue}.
     *
     * @param start the first state
     */
    public void begin(HouseState start) {
        state = start;
        memory = new HouseMemory(start.width(), start.height());
        memory.look(start);
        goal = null;
        over = true;
    }

    /**
     * Sets the next goal and begins a new attempt, in the present state and with the map made so far.
     *
     * @param next the goal
     * @return the observation
     * @throws IllegalStateException before the first {@link #begin} or {@link #reset}
     */
    public float[] pursue(SkillGoal next) {
        HouseState present = state();
        goal = next;
        steps = 0;
        over = present.achieved(next) || !present.admits(next);
        return observation(next);
    }

    @Override
    public Step<float[]> step(Integer action) {
        if (!ACTIONS.contains(action)) {
            throw new IllegalArgumentException("action: " + action + " (expected: from 0 to 5)");
        }
        SkillGoal pursued = goal;
        if (over || pursued == null) {
            throw new IllegalStateException("step: the episode is over (expected: reset or pursue before it)");
        }
        HouseState next = state().after(HouseAction.of(action));
        state = next;
        steps++;
        if (!remembers) {
            memory.forget();
        }
        memory.look(next);
        boolean achieved = next.achieved(pursued);
        Ending ending =
                achieved || !next.admits(pursued) ? Ending.TERMINATED : steps >= limit ? Ending.TRUNCATED : Ending.NONE;
        over = ending.over();
        return new Step<>(observation(pursued), achieved ? 1 : 0, ending);
    }

    /**
     * The observation that the agent would have now under a goal, for affordances; changes nothing.
     *
     * @param goal any goal
     * @return {@link HouseObservation#SIZE} numbers; the array belongs to the caller
     * @throws IllegalStateException before the first {@link #begin} or {@link #reset}
     */
    public float[] observation(SkillGoal goal) {
        state();
        float[] observation = new float[HouseObservation.SIZE];
        HouseObservation.encode(
                memory.map,
                memory.width,
                memory.map.length / memory.width,
                memory.x,
                memory.y,
                memory.heading,
                memory.carried,
                goal,
                observation);
        return observation;
    }

    /**
     * The true state.
     *
     * @return the present state
     * @throws IllegalStateException before the first {@link #begin} or {@link #reset}
     */
    public HouseState state() {
        HouseState present = state;
        if (present == null) {
            throw new IllegalStateException("state: none (expected: reset or begin before it)");
        }
        return present;
    }

    /**
     * The things that the agent has seen and not seen taken away since, and what it carries.
     *
     * @return a set that belongs to the caller
     */
    public Set<Thing> known() {
        Set<Thing> known = new LinkedHashSet<>();
        for (byte cell : memory.map) {
            Thing thing = cell == Cell.UNKNOWN ? null : Cell.thing(cell);
            if (thing != null) {
                known.add(thing);
            }
        }
        Thing carried = state().carrying();
        if (carried != null) {
            known.add(carried);
        }
        return known;
    }

    /**
     * Whether the present attempt is over: the goal is reached, its precondition does not hold, or the limit is met.
     *
     * @return true if {@link #step} would be refused
     */
    public boolean over() {
        return over;
    }

    /**
     * The steps of the present attempt.
     *
     * @return at least 0
     */
    public int steps() {
        return steps;
    }

    /** A house in a state with a given memory. */
    static House of(HouseState state, HouseMemory memory) {
        House house = new House();
        house.state = state;
        house.memory = memory;
        return house;
    }

    HouseMemory memory() {
        return memory;
    }

    @Override
    public byte[] save() {
        HouseState present = state();
        byte[] cells = present.cells();
        SkillGoal pursued = goal;
        ByteBuffer bytes = ByteBuffer.allocate(11 * Integer.BYTES + 2 * cells.length);
        bytes.putInt(present.width()).putInt(cells.length).put(cells);
        bytes.putInt(present.x()).putInt(present.y()).putInt(present.heading());
        bytes.putInt(present.carriedCell()).putInt(present.justPut()).put(memory.map);
        bytes.putInt(pursued == null ? -1 : SkillGoal.all().indexOf(pursued));
        bytes.putInt(steps).putInt(over ? 1 : 0);
        return java.util.Arrays.copyOf(bytes.array(), bytes.position());
    }

    @Override
    public void restore(byte[] saved) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(saved);
            int width = bytes.getInt();
            byte[] cells = new byte[Math.min(bytes.getInt(), saved.length)];
            bytes.get(cells);
            HouseState restored = new HouseState(
                    width,
                    cells,
                    bytes.getInt(),
                    bytes.getInt(),
                    bytes.getInt(),
                    (byte) bytes.getInt(),
                    bytes.getInt());
            HouseMemory map = new HouseMemory(width, cells.length / width);
            bytes.get(map.map);
            map.look(restored);
            int index = bytes.getInt();
            goal = index < 0 ? null : SkillGoal.all().get(index);
            steps = bytes.getInt();
            over = bytes.getInt() != 0;
            if (bytes.hasRemaining()) {
                throw new IllegalArgumentException(bytes.remaining() + " bytes too many");
            }
            state = restored;
            memory = map;
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "state: " + saved.length + " bytes (expected: what save() of a house gave)", e);
        }
    }
}
