package io.github.rlllm.engine.world.craft;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The crafting world as an environment: {@value CraftMap#SIZE} x {@value CraftMap#SIZE} cells, of which the agent sees the
 * 7 x 7 around it and remembers what it saw; five primitive actions (go north, east, south, west, which turns it where the
 * way is blocked; take what is in front); and a goal. The reward is 1 when the goal is reached, else 0; an episode ends
 * there, or is truncated after a number of steps.
 *
 * <p>For plans of several skills: {@link #begin} a map, then {@link #pursue} one goal after the other, and {@link #craft} and
 * {@link #place} between them. Things, map and what the agent remembers stay. Confined to one thread.
 */
public final class CraftWorld implements Environment<float[], Integer> {
    /** The ending of facts that something is near. */
    public static final String NEARBY = "_nearby";
    /** What is at most so many cells away in each direction is near. */
    public static final int REACH = 2;
    /** Seeds of maps below it are for learning; {@link #UNSEEN} marks those of the evaluation. */
    public static final int TRAINED = 2000;
    /** The bit that marks the seeds of maps that no learner trains on. */
    public static final long UNSEEN = 1L << 40;
    /** The number of steps after which an attempt of {@link #reset} is truncated. */
    public static final int LIMIT = 100;

    static final int[] DX = {0, 1, 0, -1};
    static final int[] DY = {-1, 0, 1, 0};
    static final int ACTIONS = 5;
    private static final int TAKE = 4;
    /** How often an animal takes a step. */
    private static final double WALKS = .3;

    private static final Space<float[]> OBSERVATION_SPACE = Space.box(-1.5, 1.5, CraftSight.OBSERVATION);
    private static final Space<Integer> ACTION_SPACE = Space.discrete(ACTIONS);

    byte[] cells = new byte[0];
    int[] animalX = new int[0];
    int[] animalY = new int[0];
    boolean[] alive = new boolean[0];
    int x;
    int y;
    int heading;
    int lastAction;
    boolean idle;

    private final CraftSight sight = new CraftSight(CraftMap.SIZE, CraftMap.SHEEP + CraftMap.COWS);
    private final byte[] memory = new byte[CraftSight.MEMORY];
    private final Things things = new Things();
    private SplittableRandom walks = new SplittableRandom(0);
    private @Nullable Resource taken;
    private @Nullable CraftGoal goal;
    private int left;
    private boolean over = true;
    private long steps;

    @Override
    public Space<float[]> observationSpace() {
        return OBSERVATION_SPACE;
    }

    @Override
    public Space<Integer> actionSpace() {
        return ACTION_SPACE;
    }

    /** Draws a map, a tool and a goal that it admits. */
    @Override
    public float[] reset(long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        int tier = rng.nextInt(4);
        begin(rng.nextInt(TRAINED), tier == 0 ? Map.of() : Map.of(Resource.TOOLS[tier - 1], 1));
        CraftGoal drawn;
        do {
            drawn = CraftGoal.all().get(rng.nextInt(CraftGoal.all().size()));
        } while (achieved(drawn) || !admits(drawn));
        return pursue(drawn, LIMIT);
    }

    /**
     * Begins on a map, with nothing seen but what is in view. Follow it by {@link #pursue}.
     *
     * @param map the seed of the map
     * @param given the things that the agent has, item to a number of at least 0
     */
    public void begin(long map, Map<String, Integer> given) {
        CraftMap drawn = CraftMap.generate(map);
        cells = drawn.cells;
        animalX = drawn.animalX;
        animalY = drawn.animalY;
        alive = new boolean[animalX.length];
        java.util.Arrays.fill(alive, true);
        x = drawn.x;
        y = drawn.y;
        heading = 2;
        lastAction = -1;
        idle = false;
        things.reset(given);
        walks = new SplittableRandom(map ^ 0x5DEECE66DL);
        taken = null;
        goal = null;
        over = true;
        steps = 0;
        sight.forget();
        sight.look(this);
    }

    /**
     * Sets the next goal and begins a new attempt where the agent is.
     *
     * @param next the goal
     * @param limit the steps after which the attempt is truncated, at least 1
     * @return the observation
     * @throws IllegalStateException before the first {@link #begin} or {@link #reset}
     */
    public float[] pursue(CraftGoal next, int limit) {
        begun();
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
        }
        goal = next;
        left = limit;
        taken = null;
        over = achieved(next) || !admits(next);
        return observation(next);
    }

    @Override
    public Step<float[]> step(Integer action) {
        if (!ACTION_SPACE.contains(action)) {
            throw new IllegalArgumentException("action: " + action + " (expected: from 0 to 4)");
        }
        CraftGoal pursued = goal;
        if (over || pursued == null) {
            throw new IllegalStateException("step: the episode is over (expected: reset or pursue before it)");
        }
        act(action);
        left--;
        boolean achieved = achieved(pursued);
        Ending ending = achieved ? Ending.TERMINATED : left == 0 ? Ending.TRUNCATED : Ending.NONE;
        over = ending.over();
        return new Step<>(observation(pursued), achieved ? 1 : 0, ending);
    }

    /** One action of the agent and what the animals do meanwhile. */
    void act(int action) {
        taken = null;
        lastAction = action;
        idle = true;
        if (action == TAKE) {
            take(x + DX[heading], y + DY[heading]);
        } else {
            idle = heading == action;
            heading = action;
            if (free(x + DX[action], y + DY[action])) {
                x += DX[action];
                y += DY[action];
                idle = false;
            }
        }
        for (int i = 0; i < alive.length; i++) {
            if (alive[i] && walks.nextDouble() < WALKS) {
                int d = walks.nextInt(4);
                if (free(animalX[i] + DX[d], animalY[i] + DY[d])) {
                    animalX[i] += DX[d];
                    animalY[i] += DY[d];
                }
            }
        }
        steps++;
        sight.look(this);
    }

    private void take(int tx, int ty) {
        if (!CraftMap.inside(tx, ty)) {
            return;
        }
        for (int i = 0; i < alive.length; i++) {
            if (alive[i] && animalX[i] == tx && animalY[i] == ty) {
                alive[i] = false;
                took(animal(i));
                return;
            }
        }
        Resource resource = Resource.of(cells[ty * CraftMap.SIZE + tx]);
        if (resource != null && resource.tier() <= tier()) {
            cells[ty * CraftMap.SIZE + tx] = (byte) Block.GRASS.ordinal();
            took(resource);
        }
    }

    private void took(Resource resource) {
        taken = resource;
        idle = false;
        things.add(resource.item(), 1);
    }

    /**
     * Makes a thing on the spot; takes one step.
     *
     * @param recipe how
     * @return whether all that it uses was there and its workplace near; nothing changes where not
     */
    public boolean craft(Recipe recipe) {
        begun();
        steps++;
        String station = recipe.station();
        return (station == null || near(station(station))) && things.make(recipe);
    }

    /**
     * Puts a workplace on a free cell beside the agent, turning where that in front is not; takes a step for each look.
     *
     * @param item {@code table} or {@code furnace}
     * @return whether the agent had one and there was such a cell; nothing but its heading changes where not
     */
    public boolean place(String item) {
        begun();
        Block block = station(item);
        if (things.count(item) == 0) {
            return false;
        }
        for (int turn = 0; turn < 4; turn++) {
            steps++;
            int tx = x + DX[heading];
            int ty = y + DY[heading];
            if (free(tx, ty)) {
                cells[ty * CraftMap.SIZE + tx] = (byte) block.ordinal();
                things.add(item, -1);
                sight.look(this);
                return true;
            }
            heading = (heading + 1) % 4;
        }
        return false;
    }

    private static Block station(String item) {
        return switch (item) {
            case "table" -> Block.TABLE;
            case "furnace" -> Block.FURNACE;
            default -> throw new IllegalArgumentException("item: " + item + " (expected: table or furnace)");
        };
    }

    /**
     * From now on what is near of a resource does not count as found, so that the agent looks for others. Animals, which do
     * not stay, cannot be given up.
     *
     * @param resource what could not be collected
     */
    public void giveUp(Resource resource) {
        Block block = resource.block();
        if (block != null) {
            sight.giveUp(this, block.ordinal(), REACH);
        }
    }

    /**
     * Whether a goal is reached at the moment.
     *
     * @param wanted any goal
     * @return true if the resource is near and not given up; or if the last step took one
     */
    public boolean achieved(CraftGoal wanted) {
        Resource resource = wanted.resource();
        if (wanted.kind() == CraftGoal.Kind.COLLECT) {
            return taken == resource;
        }
        Block block = resource.block();
        if (block != null) {
            return near(block);
        }
        for (int i = 0; i < alive.length; i++) {
            if (alive[i]
                    && animal(i) == resource
                    && Math.abs(animalX[i] - x) <= REACH
                    && Math.abs(animalY[i] - y) <= REACH) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the tool for a goal is there.
     *
     * @param wanted any goal
     * @return true for what is only to be found
     */
    public boolean admits(CraftGoal wanted) {
        return wanted.kind() == CraftGoal.Kind.FIND || wanted.resource().tier() <= tier();
    }

    private boolean near(Block block) {
        for (int ty = Math.max(0, y - REACH); ty <= Math.min(CraftMap.SIZE - 1, y + REACH); ty++) {
            for (int tx = Math.max(0, x - REACH); tx <= Math.min(CraftMap.SIZE - 1, x + REACH); tx++) {
                int cell = ty * CraftMap.SIZE + tx;
                if (cells[cell] == block.ordinal() && !sight.givenUp(cell)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * What the agent has and what is near, counted.
     *
     * @return item or fact to a number of at least 1, in the order of their names; belongs to the caller
     */
    public Map<String, Integer> facts() {
        TreeMap<String, Integer> facts = new TreeMap<>(things.view());
        for (Resource resource : Resource.VALUES) {
            if (achieved(new CraftGoal(CraftGoal.Kind.FIND, resource))) {
                facts.put(resource.nearby(), 1);
            }
        }
        for (String station : new String[] {"table", "furnace"}) {
            if (near(station(station))) {
                facts.put(station + NEARBY, 1);
            }
        }
        return facts;
    }

    /**
     * The things that the agent has.
     *
     * @return item to a number of at least 1; a view
     */
    public Map<String, Integer> things() {
        return things.view();
    }

    /**
     * The observation that the agent would have now under a goal; changes nothing.
     *
     * @param wanted any goal
     * @return numbers from -1.5 to 1.5; the array belongs to the caller
     */
    public float[] observation(CraftGoal wanted) {
        begun();
        float[] observation = new float[CraftSight.OBSERVATION];
        sight.remember(this, memory);
        CraftSight.observe(memory, wanted, observation);
        return observation;
    }

    /**
     * Whether the present attempt is over.
     *
     * @return true if {@link #step} would be refused
     */
    public boolean over() {
        return over;
    }

    /**
     * The steps since {@link #begin}, those of crafting and placing included.
     *
     * @return at least 0
     */
    public long steps() {
        return steps;
    }

    /**
     * The map as it is, a character a cell: {@code @} the agent, {@code s} a sheep, {@code w} a cow, and {@code .~TRcigtf} for
     * the blocks in their order.
     *
     * @return rows from north to south, each with a line break
     */
    public String map() {
        begun();
        return CraftMap.text(this);
    }

    Resource animal(int i) {
        return i < CraftMap.SHEEP ? Resource.SHEEP : Resource.COW;
    }

    /** That of the best pickaxe at hand, 0 without. */
    int tier() {
        return things.tier();
    }

    CraftSight sight() {
        return sight;
    }

    private boolean free(int tx, int ty) {
        if (!CraftMap.inside(tx, ty) || cells[ty * CraftMap.SIZE + tx] != Block.GRASS.ordinal() || tx == x && ty == y) {
            return false;
        }
        for (int i = 0; i < alive.length; i++) {
            if (alive[i] && animalX[i] == tx && animalY[i] == ty) {
                return false;
            }
        }
        return true;
    }

    private void begun() {
        if (cells.length == 0) {
            throw new IllegalStateException("world: not begun (expected: reset or begin before it)");
        }
    }
}
