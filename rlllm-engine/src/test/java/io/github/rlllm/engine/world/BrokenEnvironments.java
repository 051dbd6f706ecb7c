package io.github.rlllm.engine.world;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.EnvironmentFactory;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Environments that are broken on purpose, each in one way, with the beginning of the message that has to name it. */
final class BrokenEnvironments {
    /** What is broken, how, and what the checker must say. */
    record Broken(String what, EnvironmentFactory<?, ?> factory, String message) {
        @Override
        public String toString() {
            return what;
        }
    }

    private final List<Broken> all = new ArrayList<>();
    private static int global;
    private static final float[] STATIC = new float[2];

    static List<Broken> all() {
        BrokenEnvironments broken = new BrokenEnvironments();
        broken.factories();
        broken.spaces();
        broken.resets();
        broken.observations();
        broken.rewardsAndEndings();
        broken.refusals();
        broken.repetitions();
        broken.ownership();
        broken.actions();
        broken.snapshots();
        broken.closing();
        return broken.all;
    }

    private <O, A> void broken(String what, EnvironmentFactory<O, A> factory, String message) {
        all.add(new Broken(what, factory, message));
    }

    static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Any environment in place of the expected one, as raw types allow. */
    @SuppressWarnings("unchecked")
    private static <T> T polluted(Object value) {
        return (T) value;
    }

    private void factories() {
        broken("factory gives null", () -> null, "create(): null (expected: an environment)");
        broken(
                "factory throws",
                () -> {
                    throw new IllegalStateException("no display");
                },
                "create(): threw java.lang.IllegalStateException: no display (expected: an environment)");
        Corridor one = new Corridor();
        broken("factory gives one environment again", () -> one, "create(): the same environment twice");
    }

    private void spaces() {
        broken(
                "observation space null",
                () -> new Corridor() {
                    @Override
                    public Space<float[]> observationSpace() {
                        return null;
                    }
                },
                "observationSpace(): null (expected: a space)");
        broken(
                "action space null",
                () -> new Corridor() {
                    @Override
                    public Space<Integer> actionSpace() {
                        return null;
                    }
                },
                "actionSpace(): null (expected: a space)");
        broken(
                "observation space throws before reset",
                () -> new Corridor() {
                    @Override
                    public Space<float[]> observationSpace() {
                        if (!begun) {
                            throw new IllegalStateException("reset first");
                        }
                        return super.observationSpace();
                    }
                },
                "observationSpace(): threw java.lang.IllegalStateException: reset first (expected: a space)");
        broken(
                "action space throws",
                () -> new Corridor() {
                    @Override
                    public Space<Integer> actionSpace() {
                        throw new UnsupportedOperationException("later");
                    }
                },
                "actionSpace(): threw java.lang.UnsupportedOperationException: later");
        broken(
                "observation space changes in an episode",
                () -> new Corridor() {
                    @Override
                    public Space<float[]> observationSpace() {
                        return Space.box(0, begun ? 2 : 1, 2);
                    }
                },
                "observationSpace(): box[2] from 0.0 to 2.0 after an episode");
        broken(
                "action space changes with the state",
                () -> new Corridor() {
                    @Override
                    public Space<Integer> actionSpace() {
                        return Space.discrete(time > 3 ? 1 : 2);
                    }
                },
                "actionSpace(): Discrete[n=1] after an episode");
        broken(
                "spaces of two environments differ",
                () -> {
                    int n = 2 + global++;
                    return new Corridor() {
                        @Override
                        public Space<Integer> actionSpace() {
                            return Space.discrete(n);
                        }
                    };
                },
                "actionSpace(): Discrete[n=");
        broken(
                "a space without equality is made anew",
                () -> new Corridor() {
                    @Override
                    public Space<Integer> actionSpace() {
                        return new Binary();
                    }
                },
                "actionSpace(): binary after an episode");
        broken(
                "action samples lie outside",
                () -> withActions(new Binary() {
                    @Override
                    public Integer sample(RandomGenerator rng) {
                        return rng.nextInt(5);
                    }
                }),
                "actionSpace().sample: 4 (expected: an element of binary)");
        broken(
                "action samples are null",
                () -> withActions(new Binary() {
                    @Override
                    public Integer sample(RandomGenerator rng) {
                        return null;
                    }
                }),
                "actionSpace().sample: null (expected: an element)");
        broken(
                "action samples throw",
                () -> withActions(new Binary() {
                    @Override
                    public Integer sample(RandomGenerator rng) {
                        throw new UnsupportedOperationException("sample");
                    }
                }),
                "actionSpace().sample: threw java.lang.UnsupportedOperationException");
        broken(
                "action samples do not follow the generator",
                () -> withActions(new Binary() {
                    private int next;

                    @Override
                    public Integer sample(RandomGenerator rng) {
                        return next++ / 3 % 2;
                    }
                }),
                "actionSpace().sample: 1 (expected: 0, as before from an equal generator)");
        broken(
                "contains throws for a good action",
                () -> withActions(new Binary() {
                    @Override
                    public boolean contains(Integer value) {
                        throw new IllegalStateException("unknown");
                    }
                }),
                "actionSpace().contains: threw java.lang.IllegalStateException: unknown (expected: true or false)");
        broken(
                "samples share an array",
                () -> new Slider() {
                    private final Space<float[]> space = new Shared();

                    @Override
                    public Space<float[]> actionSpace() {
                        return space;
                    }
                },
                "actionSpace().sample: an array that a later sample changed");
        broken(
                "observation samples lie outside",
                () -> new Corridor() {
                    private final Space<float[]> space = new Space<>() {
                        @Override
                        public boolean contains(float[] value) {
                            return value.length == 2 && value[0] <= 1;
                        }

                        @Override
                        public float[] sample(RandomGenerator rng) {
                            return new float[] {2 + rng.nextInt(2), 0};
                        }

                        @Override
                        public String toString() {
                            return "unit";
                        }
                    };

                    @Override
                    public Space<float[]> observationSpace() {
                        return space;
                    }
                },
                "observationSpace().sample: [");
    }

    private static Corridor withActions(Space<Integer> space) {
        return new Corridor() {
            @Override
            public Space<Integer> actionSpace() {
                return space;
            }
        };
    }

    private static class Binary implements Space<Integer> {
        @Override
        public boolean contains(Integer value) {
            return value == 0 || value == 1;
        }

        @Override
        public Integer sample(RandomGenerator rng) {
            return rng.nextInt(2);
        }

        @Override
        public String toString() {
            return "binary";
        }
    }

    private static final class Shared implements Space<float[]> {
        private final float[] buffer = new float[2];

        @Override
        public boolean contains(float[] value) {
            return Space.box(-1, 1, 2).contains(value);
        }

        @Override
        public float[] sample(RandomGenerator rng) {
            buffer[0] = rng.nextFloat();
            return buffer;
        }
    }

    private void resets() {
        broken(
                "reset gives null",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        return null;
                    }
                },
                "reset(0): null (expected: an observation)");
        broken(
                "reset throws",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        throw new IllegalStateException("no server");
                    }
                },
                "reset(0): threw java.lang.IllegalStateException: no server (expected: an observation)");
        broken(
                "reset refuses negative seeds",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        if (seed < 0) {
                            throw new IllegalArgumentException("seed: " + seed);
                        }
                        return super.reset(seed);
                    }
                },
                "reset(-1): threw java.lang.IllegalArgumentException: seed: -1");
        broken(
                "reset works once",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        if (begun) {
                            throw new IllegalStateException("already begun");
                        }
                        return super.reset(seed);
                    }
                },
                "threw java.lang.IllegalStateException: already begun after an earlier episode (expected: an observation");
        broken(
                "reset refuses in mid-episode",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        if (begun && !over && time > 0) {
                            throw new IllegalStateException("still running");
                        }
                        return super.reset(seed);
                    }
                },
                "reset(0): threw java.lang.IllegalStateException: still running after a reset in mid-episode");
        broken(
                "reset leaves the episode over",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        float[] seen = super.reset(seed);
                        over = true;
                        return seen;
                    }
                },
                "step(0): threw java.lang.IllegalStateException: step: the episode is over");
        broken(
                "reset leaves the clock",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        int before = over ? time : 0;
                        super.reset(seed);
                        time = Math.min(before, LIMIT - 2);
                        return new float[] {place / 4f, 0};
                    }

                    @Override
                    float[] see() {
                        return new float[] {place / 4f, 0};
                    }
                },
                ".ending: TRUNCATED after an earlier episode (expected: NONE");
        broken(
                "reset leaves the place",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        int before = place;
                        super.reset(seed);
                        place = before % 4;
                        return see();
                    }
                },
                " after an earlier episode (expected: ");
        broken(
                "reset in mid-episode leaves the place",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        int before = place;
                        boolean running = begun && !over && time > 0;
                        super.reset(seed);
                        place = running ? (before + 1) % 4 : place;
                        return see();
                    }
                },
                " after a reset in mid-episode (expected: ");
        broken(
                "reset follows the seed the first time alone",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        return super.reset(begun ? rng : seed);
                    }
                },
                " after an earlier episode (expected: ");
        broken(
                "reset ignores the seed",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        return super.reset(42);
                    }
                },
                "reset: 7 seeds gave one and the same episode (expected: the seed to decide the episode)");
        broken(
                "reset draws from elsewhere",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        return super.reset(global++);
                    }
                },
                " in a second environment (expected: ");
        broken(
                "a reset twice in a row differs",
                () -> new Corridor() {
                    private int resets;

                    @Override
                    public float[] reset(long seed) {
                        resets = time == 0 ? resets + 1 : 0;
                        super.reset(seed);
                        place = resets > 1 ? (place + 1) % 4 : place;
                        return see();
                    }
                },
                " after a reset without a step (expected: ");
        broken(
                "reset hangs",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        sleep(60_000);
                        return super.reset(seed);
                    }
                },
                "reset(0): no answer within ");
    }

    /** A corridor whose steps, from one on, are seen as something else. */
    private static EnvironmentFactory<float[], Integer> seenAs(int from, float... values) {
        return () -> new Corridor() {
            @Override
            float[] see() {
                return time >= from ? values.clone() : super.see();
            }
        };
    }

    private void observations() {
        broken("too short at reset", seenAs(0, .5f), "reset(0): length 1 (expected: length 2, the product of [2])");
        broken("too long in a step", seenAs(2, 0, 0, 0), "step(1).observation: length 3 (expected: length 2");
        broken("NaN at reset", seenAs(0, Float.NaN, 0), "reset(0)[0]: NaN (expected: a finite number)");
        broken("NaN in a step", seenAs(3, 0, Float.NaN), "step(2).observation[1]: NaN (expected: a finite number)");
        broken(
                "infinite in a step",
                seenAs(1, Float.NEGATIVE_INFINITY, 0),
                "step(0).observation[0]: -Infinity (expected: a finite number)");
        broken("above the bound", seenAs(1, 0, 1.5f), "step(0).observation[1]: 1.5 (expected: from 0.0 to 1.0)");
        broken("below the bound", seenAs(0, -.5f, 0), "reset(0)[0]: -0.5 (expected: from 0.0 to 1.0)");
        broken(
                "of another class",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        super.reset(seed);
                        return super.see();
                    }

                    @Override
                    public Step<float[]> step(Integer action) {
                        Step<float[]> step = super.step(action);
                        return polluted(new Step<>(new double[2], step.reward(), step.ending()));
                    }
                },
                "step(0).observation: a double[] (expected: an element of box[2]");
        broken(
                "NaN in a space that holds everything",
                () -> new Corridor() {
                    private final Space<float[]> everything = new Space<>() {
                        @Override
                        public boolean contains(float[] value) {
                            return true;
                        }

                        @Override
                        public float[] sample(RandomGenerator rng) {
                            return new float[] {rng.nextFloat(), 0};
                        }
                    };

                    @Override
                    public Space<float[]> observationSpace() {
                        return everything;
                    }

                    @Override
                    float[] see() {
                        return new float[] {Float.NaN, 0};
                    }
                },
                "reset(0)[0]: NaN (expected: a finite number)");
        broken(
                "outside a discrete space",
                () -> new Places() {
                    @Override
                    public Space<Integer> observationSpace() {
                        return Space.discrete(4);
                    }
                },
                ".observation: 4 (expected: an element of Discrete[n=4])");
        broken(
                "null in a step",
                () -> new Corridor() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        super.step(action);
                        return new Step<>(null, 0, Ending.NONE);
                    }
                },
                "step(0).observation: null (expected: an observation)");
        broken(
                "contains throws for an observation",
                () -> new Corridor() {
                    private final Space<float[]> space = new Space<>() {
                        @Override
                        public boolean contains(float[] value) {
                            if (value[1] > 0) {
                                throw new IllegalStateException("cannot tell");
                            }
                            return true;
                        }

                        @Override
                        public float[] sample(RandomGenerator rng) {
                            return new float[] {rng.nextFloat(), 0};
                        }
                    };

                    @Override
                    public Space<float[]> observationSpace() {
                        return space;
                    }
                },
                "observationSpace().contains: threw java.lang.IllegalStateException: cannot tell (expected: true or false)");
    }

    /** The corridor, seen as the number of the place. */
    private static class Places implements Environment<Integer, Integer> {
        private final Corridor corridor = new Corridor();

        @Override
        public Space<Integer> observationSpace() {
            return Space.discrete(5);
        }

        @Override
        public Space<Integer> actionSpace() {
            return corridor.actionSpace();
        }

        @Override
        public Integer reset(long seed) {
            corridor.reset(seed);
            return corridor.place;
        }

        @Override
        public Step<Integer> step(Integer action) {
            Step<float[]> step = corridor.step(action);
            return new Step<>(corridor.place, step.reward(), step.ending());
        }
    }

    /** A corridor with another answer to a step. */
    private interface Answer {
        Step<float[]> of(Corridor corridor, Step<float[]> step);
    }

    private static EnvironmentFactory<float[], Integer> answers(Answer answer) {
        return () -> new Corridor() {
            @Override
            public Step<float[]> step(Integer action) {
                return answer.of(this, super.step(action));
            }
        };
    }

    private void rewardsAndEndings() {
        broken(
                "reward NaN",
                answers((corridor, step) ->
                        new Step<>(step.observation(), corridor.time == 4 ? Double.NaN : 0, step.ending())),
                "step(3).reward: NaN (expected: a finite number)");
        broken(
                "reward infinite",
                answers((corridor, step) ->
                        new Step<>(step.observation(), 1 / (double) (corridor.place - corridor.place), step.ending())),
                "step(0).reward: Infinity (expected: a finite number)");
        broken(
                "reward negative infinite",
                answers((corridor, step) -> new Step<>(step.observation(), Math.log(0), step.ending())),
                "step(0).reward: -Infinity (expected: a finite number)");
        broken(
                "ending null",
                answers((corridor, step) -> new Step<>(step.observation(), 0, null)),
                "step(0).ending: null (expected: NONE, TERMINATED or TRUNCATED)");
        broken("step null", answers((corridor, step) -> null), "step(0): null (expected: a Step)");
        broken(
                "step throws",
                answers((corridor, step) -> {
                    throw new ArithmeticException("/ by zero");
                }),
                "step(0): threw java.lang.ArithmeticException: / by zero for action ");
        broken(
                "step refuses the greatest action",
                () -> new Corridor() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        if (action == 1) {
                            throw new IllegalArgumentException("action: 1 (expected: 0)");
                        }
                        return super.step(action);
                    }
                },
                "step(0): threw java.lang.IllegalArgumentException: action: 1 (expected: 0) for action 1");
        broken(
                "step overflows the stack",
                () -> new Corridor() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        return step(action);
                    }
                },
                "step(0): threw java.lang.StackOverflowError");
        broken(
                "step fails an assertion",
                answers((corridor, step) -> {
                    throw new AssertionError("place");
                }),
                "step(0): threw java.lang.AssertionError: place");
        broken(
                "never ends",
                answers((corridor, step) -> {
                    corridor.over = false;
                    corridor.time = Math.min(corridor.time, 20);
                    corridor.place = Math.min(corridor.place, 3);
                    return new Step<>(corridor.see(), 0, Ending.NONE);
                }),
                "step(499).ending: NONE after 500 steps (expected: TERMINATED or TRUNCATED)");
        broken(
                "step hangs",
                answers((corridor, step) -> {
                    if (corridor.time == 3) {
                        sleep(60_000);
                    }
                    return step;
                }),
                "step(2): no answer within ");
        broken(
                "step spins for ever",
                answers((corridor, step) -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                    }
                    return step;
                }),
                "step(0): no answer within ");
    }

    private void refusals() {
        broken(
                "step before reset accepted",
                () -> new Corridor() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        begun = true;
                        return super.step(action);
                    }
                },
                "step before reset: accepted (expected: IllegalStateException)");
        broken(
                "step before reset: wrong exception",
                () -> new Corridor() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        if (!begun) {
                            throw new NullPointerException("state");
                        }
                        return super.step(action);
                    }
                },
                "step before reset: threw java.lang.NullPointerException: state (expected: IllegalStateException)");
        broken(
                "step before reset: no message",
                () -> new Corridor() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        if (!begun) {
                            throw new IllegalStateException();
                        }
                        return super.step(action);
                    }
                },
                "step before reset: threw IllegalStateException without a message");
        broken(
                "step before reset leaves a trace",
                () -> new Corridor() {
                    private int early;

                    @Override
                    public Step<float[]> step(Integer action) {
                        early += begun ? 0 : 1;
                        return super.step(action);
                    }

                    @Override
                    double reward() {
                        return early;
                    }
                },
                "step(0).reward: 1.0 after a step before reset was refused (expected: 0.0");
        broken(
                "step after the end accepted",
                () -> new Corridor() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        if (over) {
                            return new Step<>(see(), 0, Ending.TERMINATED);
                        }
                        return super.step(action);
                    }
                },
                "step after the end: accepted (expected: IllegalStateException)");
        broken(
                "step after the end resets",
                () -> new Corridor() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        if (over) {
                            reset(rng);
                        }
                        return super.step(action);
                    }
                },
                "step after the end: accepted (expected: IllegalStateException)");
        broken(
                "second step after the end accepted",
                () -> new Corridor() {
                    private int late;

                    @Override
                    public Step<float[]> step(Integer action) {
                        late = over ? late + 1 : 0;
                        if (late == 2) {
                            over = false;
                        }
                        return super.step(action);
                    }
                },
                "second step after the end: accepted (expected: IllegalStateException)");
        broken(
                "step after the end: wrong exception",
                () -> new Corridor() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        if (over) {
                            throw new ArrayIndexOutOfBoundsException(5);
                        }
                        return super.step(action);
                    }
                },
                "step after the end: threw java.lang.ArrayIndexOutOfBoundsException");
        broken(
                "step after the end: no message",
                () -> new Corridor() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        if (over) {
                            throw new IllegalStateException(" ");
                        }
                        return super.step(action);
                    }
                },
                "step after the end: threw IllegalStateException without a message");
        broken(
                "action above the space accepted",
                () -> takes(action -> action < 0 ? action : Math.min(action, 1)),
                "step(0) with action 2: accepted (expected: IllegalArgumentException");
        broken(
                "action below the space accepted",
                () -> takes(action -> action > 1 ? action : Math.max(action, 0)),
                "step(0) with action -1: accepted (expected: IllegalArgumentException");
        broken(
                "action modulo the space",
                () -> takes(action -> Math.floorMod(action, 2)),
                "step(0) with action -2147483648: accepted");
        broken(
                "action outside: wrong exception",
                () -> takes(action -> new int[] {0, 1}[action]),
                "step(0) with action 2: threw java.lang.ArrayIndexOutOfBoundsException");
        broken(
                "action outside: no value in the message",
                () -> takes(action -> {
                    if (action >>> 1 != 0) {
                        throw new IllegalArgumentException("bad action");
                    }
                    return action;
                }),
                "step(0) with action 2: threw IllegalArgumentException with the message bad action");
        broken(
                "action outside: no name in the message",
                () -> takes(action -> {
                    if (action >>> 1 != 0) {
                        throw new IllegalArgumentException("got " + action);
                    }
                    return action;
                }),
                "step(0) with action 2: threw IllegalArgumentException with the message got 2");
        broken(
                "action outside: no message",
                () -> takes(action -> {
                    if (action >>> 1 != 0) {
                        throw new IllegalArgumentException();
                    }
                    return action;
                }),
                "step(0) with action 2: threw IllegalArgumentException with the message null");
        broken(
                "a refused action counts",
                () -> new Corridor() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        time += action >>> 1 == 0 ? 0 : 1;
                        return super.step(action);
                    }
                },
                "step(0).observation[1]: 0.06666667 after an action outside the space was refused");
        broken(
                "null action accepted",
                () -> new Corridor() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        return super.step(action == null ? 0 : action);
                    }
                },
                "step(0) with action null: accepted (expected: an exception)");
        broken(
                "too long an array accepted",
                () -> sliderTaking(action -> Arrays.copyOf(action, 2)),
                "step(0) with action [0.0, 0.0, 0.0]: accepted");
        broken(
                "a NaN in an array accepted",
                () -> sliderTaking(action -> action.length == 2 && Float.isNaN(action[1]) ? new float[2] : action),
                ", NaN]: accepted (expected: IllegalArgumentException");
        broken(
                "an array is clipped",
                () -> sliderTaking(action ->
                        new float[] {Math.min(1, Math.max(-1, action[0])), Math.min(1, Math.max(-1, action[1]))}),
                ", 3.4028235E38]: accepted (expected: IllegalArgumentException");
        broken("too long a text accepted", () -> new AnyText(), "step(0) with action \"xxx");
    }

    private static Corridor takes(java.util.function.IntUnaryOperator change) {
        return new Corridor() {
            @Override
            public Step<float[]> step(Integer action) {
                return super.step(change.applyAsInt(action));
            }
        };
    }

    private static Slider sliderTaking(java.util.function.UnaryOperator<float[]> change) {
        return new Slider() {
            @Override
            public Step<float[]> step(float[] action) {
                return super.step(change.apply(action));
            }
        };
    }

    /** Takes a text of any length. */
    private static final class AnyText implements Environment<Integer, String> {
        private boolean running;

        @Override
        public Space<Integer> observationSpace() {
            return Space.discrete(1);
        }

        @Override
        public Space<String> actionSpace() {
            return Space.text(8);
        }

        @Override
        public Integer reset(long seed) {
            running = true;
            return 0;
        }

        @Override
        public Step<Integer> step(String action) {
            if (!running) {
                throw new IllegalStateException("step: no episode is running");
            }
            running = false;
            return new Step<>(0, action.length(), Ending.TERMINATED);
        }
    }

    private void repetitions() {
        broken(
                "observations differ between equal runs",
                () -> new Corridor() {
                    @Override
                    float[] see() {
                        return new float[] {place / 4f, time > 2 ? global++ % 97 / 97f : 0};
                    }
                },
                "step(2).observation[1]: ");
        broken(
                "rewards differ between equal runs",
                () -> new Corridor() {
                    @Override
                    double reward() {
                        return global++;
                    }
                },
                "step(0).reward: ");
        broken(
                "rewards follow the clock",
                () -> new Corridor() {
                    @Override
                    double reward() {
                        return System.nanoTime();
                    }
                },
                "step(0).reward: ");
        broken(
                "endings differ between equal runs",
                answers((corridor, step) -> {
                    corridor.over = corridor.time > 1 && global++ % 3 == 0
                            || step.ending().over();
                    return new Step<>(step.observation(), 0, corridor.over ? Ending.TRUNCATED : Ending.NONE);
                }),
                ".ending: ");
        broken(
                "two environments share their state",
                () -> new Corridor() {
                    @Override
                    public float[] reset(long seed) {
                        float[] seen = super.reset(seed);
                        global = place;
                        return seen;
                    }

                    @Override
                    public Step<float[]> step(Integer action) {
                        place = begun ? global : 0;
                        Step<float[]> step = super.step(action);
                        global = place;
                        return step;
                    }
                },
                " beside a second environment (expected: ");
        broken(
                "two environments share their randomness",
                () -> new Corridor() {
                    private static long shared;

                    @Override
                    public float[] reset(long seed) {
                        shared = seed;
                        return super.reset(seed);
                    }

                    @Override
                    int random(int bound) {
                        rng = shared;
                        int drawn = super.random(bound);
                        shared = rng;
                        return drawn;
                    }
                },
                " beside a second environment (expected: ");
        broken(
                "two environments share a buffer",
                () -> new Corridor() {
                    @Override
                    float[] see() {
                        STATIC[0] = place / 4f;
                        STATIC[1] = time / (float) LIMIT;
                        return STATIC;
                    }
                },
                " after a second environment went on (expected: ");
        broken(
                "a new environment resets the others",
                () -> {
                    STATIC[0]++;
                    return new Corridor() {
                        private final float mine = STATIC[0];

                        @Override
                        double reward() {
                            return mine == STATIC[0] ? 0 : -1;
                        }
                    };
                },
                "step(0).reward: -1.0 beside a second environment (expected: 0.0");
        broken(
                "it learns from episode to episode",
                () -> new Corridor() {
                    private int episodes;

                    @Override
                    public float[] reset(long seed) {
                        episodes++;
                        return super.reset(seed);
                    }

                    @Override
                    double reward() {
                        return episodes;
                    }
                },
                "step(0).reward: 2.0 after an earlier episode (expected: 1.0");
        broken(
                "asking for a space moves the generator",
                () -> new Corridor() {
                    @Override
                    public Space<float[]> observationSpace() {
                        rng++;
                        return super.observationSpace();
                    }
                },
                " after the spaces were asked for (expected: ");
    }

    private void ownership() {
        broken(
                "one array for all observations",
                () -> new Corridor() {
                    private final float[] buffer = new float[2];

                    @Override
                    float[] see() {
                        buffer[0] = place / 4f;
                        buffer[1] = time / (float) LIMIT;
                        return buffer;
                    }
                },
                "step(0).observation: an array that was returned before (expected: an array of its own)");
        broken(
                "two arrays in turn",
                () -> new Corridor() {
                    private final float[][] buffers = new float[2][2];

                    @Override
                    float[] see() {
                        float[] buffer = buffers[time % 2];
                        buffer[0] = place / 4f;
                        buffer[1] = time / (float) LIMIT;
                        return buffer;
                    }
                },
                "step(1).observation: an array that was returned before (expected: an array of its own)");
        broken(
                "a step changes the last observation",
                () -> new Corridor() {
                    private float[] last = new float[2];

                    @Override
                    float[] see() {
                        last[1] = 0;
                        last = super.see();
                        return last;
                    }
                },
                "step(0).observation[1]: 0.0 after step(1) (expected: 0.033333335, as it was returned)");
        broken(
                "a later step changes an old observation",
                () -> new Corridor() {
                    private float[] first = new float[2];

                    @Override
                    public float[] reset(long seed) {
                        first = super.reset(seed);
                        return first;
                    }

                    @Override
                    double reward() {
                        first[1] = time > 2 ? .5f : 0;
                        return super.reward();
                    }
                },
                "reset(0)[1]: 0.5 after a later step (expected: 0.0, as it was returned)");
        broken("inside a record an array changes", () -> new Boxed(), "step(0).observation[0][0]: ");
        broken(
                "the observation is the state",
                () -> new Corridor() {
                    private float[] state = new float[2];

                    @Override
                    public float[] reset(long seed) {
                        state = super.reset(seed);
                        return state;
                    }

                    @Override
                    public Step<float[]> step(Integer action) {
                        place = Math.max(0, Math.min(4, Math.round(state[0] * 4)));
                        Step<float[]> step = super.step(action);
                        state = step.observation();
                        return step;
                    }
                },
                " after the caller changed the observations that were returned (expected: ");
    }

    /** A record around one array that stays. */
    private static final class Boxed implements Environment<Boxed.Seen, Integer> {
        record Seen(int[] place) {}

        private final Corridor corridor = new Corridor();
        private final int[] place = new int[1];

        @Override
        public Space<Seen> observationSpace() {
            return new Anything();
        }

        /** Every observation. */
        record Anything() implements Space<Seen> {
            @Override
            public boolean contains(Seen value) {
                return true;
            }

            @Override
            public Seen sample(RandomGenerator rng) {
                return new Seen(new int[] {rng.nextInt(5)});
            }
        }

        @Override
        public Space<Integer> actionSpace() {
            return corridor.actionSpace();
        }

        @Override
        public Seen reset(long seed) {
            corridor.reset(seed);
            place[0] = corridor.place;
            return new Seen(place);
        }

        @Override
        public Step<Seen> step(Integer action) {
            Step<float[]> step = corridor.step(action);
            place[0] = corridor.place;
            return new Step<>(new Seen(place), step.reward(), step.ending());
        }
    }

    private void actions() {
        broken(
                "step changes the action",
                () -> new Slider() {
                    @Override
                    public Step<float[]> step(float[] action) {
                        Step<float[]> step = super.step(action);
                        action[0] = 0;
                        return step;
                    }
                },
                "step(0): changed the action from [");
        broken(
                "step keeps the action",
                () -> new Slider() {
                    private float[] last = new float[2];

                    @Override
                    public float[] reset(long seed) {
                        last = new float[2];
                        return super.reset(seed);
                    }

                    @Override
                    public Step<float[]> step(float[] action) {
                        float before = last[0];
                        last = action;
                        Step<float[]> step = super.step(action);
                        return new Step<>(step.observation(), before, step.ending());
                    }
                },
                "step(1).reward: 77.0 after the caller changed the action arrays that were passed");
    }

    private void snapshots() {
        broken(
                "save gives null",
                () -> new Corridor() {
                    @Override
                    public byte[] save() {
                        return null;
                    }
                },
                "save(): null (expected: bytes)");
        broken(
                "save throws",
                () -> new Corridor() {
                    @Override
                    public byte[] save() {
                        throw new UnsupportedOperationException("not yet");
                    }
                },
                "save(): threw java.lang.UnsupportedOperationException: not yet (expected: bytes)");
        broken(
                "save differs from call to call",
                () -> new Corridor() {
                    @Override
                    public byte[] save() {
                        rng++;
                        return super.save();
                    }
                },
                "save(): other bytes at a second call (expected: equal bytes for an equal state)");
        broken(
                "save changes the state",
                () -> new Corridor() {
                    @Override
                    public byte[] save() {
                        byte[] state = super.save();
                        place = 0;
                        time = 7;
                        return state;
                    }
                },
                "save(): other bytes at a second call");
        broken(
                "save draws from the generator",
                () -> new Corridor() {
                    @Override
                    public byte[] save() {
                        byte[] state = super.save();
                        Arrays.fill(state, 0, 8, (byte) 0);
                        random(2);
                        random(2);
                        return state;
                    }
                },
                " after save() (expected: ");
        broken(
                "save gives its own array",
                () -> new Corridor() {
                    private final byte[] state = new byte[18];

                    @Override
                    public byte[] save() {
                        System.arraycopy(super.save(), 0, state, 0, 18);
                        return state;
                    }
                },
                "save(): bytes that a later call changed (expected: bytes that belong to the caller)");
        broken(
                "restore throws",
                () -> new Corridor() {
                    @Override
                    public void restore(byte[] state) {
                        throw new IllegalArgumentException("state: old");
                    }
                },
                "restore(): threw java.lang.IllegalArgumentException: state: old for what save() gave");
        broken(
                "restore does nothing",
                () -> new Corridor() {
                    @Override
                    public void restore(byte[] state) {
                        if (state.length != 18) {
                            throw new IllegalArgumentException("state: " + state.length + " bytes (expected: 18)");
                        }
                    }
                },
                " after restore() of an earlier state");
        broken(
                "restore leaves the generator",
                () -> new Corridor() {
                    @Override
                    public void restore(byte[] state) {
                        long before = rng;
                        super.restore(state);
                        rng = before;
                    }
                },
                " after restore() ");
        broken(
                "restore works in the same environment alone",
                () -> new Corridor() {
                    @Override
                    public void restore(byte[] state) {
                        boolean same = begun;
                        super.restore(state);
                        begun &= same;
                    }
                },
                "threw java.lang.IllegalStateException: step: before reset after restore() into a new environment");
        broken(
                "restore forgets the end",
                () -> new Corridor() {
                    @Override
                    public void restore(byte[] state) {
                        super.restore(state);
                        over = false;
                    }
                },
                "step after restore() of an ended episode: accepted (expected: IllegalStateException)");
        broken(
                "restore keeps the array",
                () -> new Corridor() {
                    private byte[] kept;

                    @Override
                    public float[] reset(long seed) {
                        kept = null;
                        return super.reset(seed);
                    }

                    @Override
                    public void restore(byte[] state) {
                        super.restore(state);
                        kept = state;
                    }

                    @Override
                    public Step<float[]> step(Integer action) {
                        if (kept != null) {
                            super.restore(kept);
                            kept = null;
                        }
                        return super.step(action);
                    }
                },
                " after the caller changed the bytes given to restore()");
        broken(
                "restore changes the bytes",
                () -> new Corridor() {
                    @Override
                    public void restore(byte[] state) {
                        super.restore(state);
                        state[0]++;
                    }
                },
                "restore(): changed the bytes (expected: bytes that are read alone)");
        broken(
                "save after restore differs",
                () -> new Corridor() {
                    private byte restored;

                    @Override
                    public byte[] save() {
                        byte[] state = super.save();
                        state[16] |= (byte) (restored << 1);
                        return state;
                    }

                    @Override
                    public void restore(byte[] state) {
                        byte[] clean = state.clone();
                        if (clean.length == 18) {
                            clean[16] &= 1;
                        }
                        super.restore(clean);
                        restored = 1;
                    }
                },
                "save(): other bytes after restore() (expected: the bytes that were restored)");
        broken(
                "reset after restore differs",
                () -> new Corridor() {
                    private int restored;

                    @Override
                    public void restore(byte[] state) {
                        super.restore(state);
                        restored++;
                    }

                    @Override
                    public float[] reset(long seed) {
                        super.reset(seed);
                        time = restored > 0 ? 1 : 0;
                        return see();
                    }
                },
                "with a reset after restore()");
        broken(
                "no bytes restored",
                () -> new Corridor() {
                    @Override
                    public void restore(byte[] state) {
                        super.restore(state.length == 0 ? super.save() : state);
                    }
                },
                "restore of no bytes: accepted (expected: IllegalArgumentException");
        broken(
                "truncated bytes restored",
                () -> new Corridor() {
                    @Override
                    public void restore(byte[] state) {
                        super.restore(state.length == 17 ? Arrays.copyOf(state, 18) : state);
                    }
                },
                "restore of a byte too few: accepted (expected: IllegalArgumentException");
        broken(
                "trailing bytes restored",
                () -> new Corridor() {
                    @Override
                    public void restore(byte[] state) {
                        super.restore(state.length == 19 ? Arrays.copyOf(state, 18) : state);
                    }
                },
                "restore of a byte too many: accepted (expected: IllegalArgumentException");
        broken(
                "truncated bytes: wrong exception",
                () -> new Corridor() {
                    @Override
                    public void restore(byte[] state) {
                        if (state.length < 18) {
                            throw new java.nio.BufferUnderflowException();
                        }
                        super.restore(state);
                    }
                },
                "restore of no bytes: threw java.nio.BufferUnderflowException");
        broken(
                "save hangs",
                () -> new Corridor() {
                    @Override
                    public byte[] save() {
                        sleep(60_000);
                        return super.save();
                    }
                },
                "save(): no answer within ");
    }

    private void closing() {
        broken(
                "close throws",
                () -> new Corridor() {
                    @Override
                    public void close() {
                        throw new IllegalStateException("busy");
                    }
                },
                "close(): threw java.lang.IllegalStateException: busy (expected: no exception)");
        broken(
                "close throws before the first reset",
                () -> new Corridor() {
                    @Override
                    public void close() {
                        if (!begun) {
                            throw new NullPointerException("window");
                        }
                    }
                },
                "close(): threw java.lang.NullPointerException: window (expected: no exception)");
        broken(
                "close throws the second time",
                () -> new Corridor() {
                    private boolean closed;

                    @Override
                    public void close() {
                        if (closed) {
                            throw new IllegalStateException("closed");
                        }
                        closed = true;
                    }
                },
                "close() again: threw java.lang.IllegalStateException: closed (expected: no exception)");
        broken(
                "close closes all",
                () -> new Corridor() {
                    private final int mine = global;

                    @Override
                    public void close() {
                        global++;
                    }

                    @Override
                    double reward() {
                        return mine == global ? 1 : 0;
                    }
                },
                "step(0).reward: 0.0 after a second environment was closed (expected: 1.0");
        broken(
                "close hangs",
                () -> new Corridor() {
                    @Override
                    public void close() {
                        sleep(60_000);
                    }
                },
                "close(): no answer within ");
        broken(
                "create hangs",
                () -> {
                    sleep(60_000);
                    return new Corridor();
                },
                "create(): no answer within ");
        broken(
                "a space hangs",
                () -> new Corridor() {
                    @Override
                    public Space<Integer> actionSpace() {
                        sleep(60_000);
                        return super.actionSpace();
                    }
                },
                "actionSpace(): no answer within ");
    }
}
