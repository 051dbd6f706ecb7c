package io.github.rlllm.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EnvironmentContractTest {
    private static Supplier<Steps> maker = Steps::new;
    private static int global;

    /** What a user writes. */
    static class Kit extends EnvironmentContract<float[], Integer> {
        @Override
        protected Environment<float[], Integer> create() {
            return maker.get();
        }

        @Override
        protected int longestEpisode() {
            return 50;
        }
    }

    @Test
    void aGoodEnvironmentPasses() {
        maker = Steps::new;
        KitRunner runner = KitRunner.run(Kit.class);
        assertEquals(Map.of(), runner.failed);
        assertEquals(13, runner.ran.size(), runner.ran::toString);
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("spacesHoldTheirSamplesAndStayTheSame", (Supplier<Steps>) () -> new Steps() {
                    private boolean begun;

                    @Override
                    public float[] reset(long newSeed) {
                        begun = true;
                        return super.reset(newSeed);
                    }

                    @Override
                    public Space<Integer> actionSpace() {
                        return Space.discrete(begun ? 2 : 3);
                    }
                }),
                Arguments.of("observationsBelongToTheSpace", (Supplier<Steps>) () -> new Steps() {
                    @Override
                    float[] see() {
                        return new float[] {sum, time == 7 ? Float.NaN : time};
                    }
                }),
                Arguments.of("observationsBelongToTheSpace", (Supplier<Steps>) () -> new Steps() {
                    @Override
                    float[] see() {
                        return new float[] {sum};
                    }
                }),
                Arguments.of("observationsBelongToTheSpace", (Supplier<Steps>) () -> new Steps() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        Step<float[]> step = super.step(action);
                        return new Step<>(step.observation(), 0.0 / 0, step.ending());
                    }
                }),
                Arguments.of("episodesEnd", (Supplier<Steps>) () -> new Steps() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        Step<float[]> step = super.step(action);
                        time = Math.min(time, 8);
                        return new Step<>(step.observation(), 0, Ending.NONE);
                    }
                }),
                Arguments.of("equalSeedsAndActionsGiveEqualEpisodes", (Supplier<Steps>) () -> new Steps() {
                    @Override
                    public float[] reset(long newSeed) {
                        return super.reset(global++);
                    }
                }),
                Arguments.of("aUsedEnvironmentPlaysLikeANewOne", (Supplier<Steps>) () -> new Steps() {
                    @Override
                    public float[] reset(long newSeed) {
                        int before = sum;
                        super.reset(newSeed);
                        sum = before == 0 ? 0 : 1;
                        return see();
                    }
                }),
                Arguments.of("aUsedEnvironmentPlaysLikeANewOne", (Supplier<Steps>) () -> new Steps() {
                    @Override
                    public float[] reset(long newSeed) {
                        boolean running = time > 0 && time < 10;
                        super.reset(newSeed);
                        sum = running ? 1 : 0;
                        return see();
                    }
                }),
                Arguments.of("environmentsAreIndependent", (Supplier<Steps>) () -> new Steps() {
                    @Override
                    public float[] reset(long newSeed) {
                        global = 0;
                        return super.reset(newSeed);
                    }

                    @Override
                    public Step<float[]> step(Integer action) {
                        sum = global;
                        Step<float[]> step = super.step(action);
                        global = sum;
                        return step;
                    }
                }),
                Arguments.of("observationsBelongToTheCaller", (Supplier<Steps>) () -> new Steps() {
                    private final float[] buffer = new float[2];

                    @Override
                    float[] see() {
                        buffer[0] = sum;
                        buffer[1] = time;
                        return buffer;
                    }
                }),
                Arguments.of("observationsBelongToTheCaller", (Supplier<Steps>) () -> new Steps() {
                    private float[] last = new float[2];

                    @Override
                    public Step<float[]> step(Integer action) {
                        sum = Math.round(last[0]);
                        return super.step(action);
                    }

                    @Override
                    float[] see() {
                        last = super.see();
                        return last;
                    }
                }),
                Arguments.of("stepBeforeResetIsRefused", (Supplier<Steps>) () -> new Steps() {
                    {
                        time = 0;
                    }
                }),
                Arguments.of("stepAfterTheEndIsRefused", (Supplier<Steps>) () -> new Steps() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        if (time == 10) {
                            throw new IllegalArgumentException("over");
                        }
                        return super.step(action);
                    }
                }),
                Arguments.of("actionsOutsideTheSpaceAreRefused", (Supplier<Steps>) () -> new Steps() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        return super.step(Math.floorMod(action, 3));
                    }
                }),
                Arguments.of("actionsOutsideTheSpaceAreRefused", (Supplier<Steps>) () -> new Steps() {
                    @Override
                    public Step<float[]> step(Integer action) {
                        sum += action < 0 ? 1 : 0;
                        return super.step(action);
                    }
                }),
                Arguments.of("snapshotsGoOnInANewEnvironment", (Supplier<Steps>) () -> new Steps() {
                    @Override
                    public void restore(byte[] state) {
                        super.restore(state);
                        seed = 0xFFFF;
                    }
                }),
                Arguments.of("snapshotsGoOnInANewEnvironment", (Supplier<Steps>) () -> new Steps() {
                    @Override
                    public void restore(byte[] state) {
                        super.restore(state.length == 0 ? super.save() : state);
                    }
                }),
                Arguments.of("closeMayBeCalledTwice", (Supplier<Steps>) () -> new Steps() {
                    private boolean closed;

                    @Override
                    public void close() {
                        if (closed) {
                            throw new IllegalStateException("closed");
                        }
                        closed = true;
                    }
                }));
    }

    @ParameterizedTest(name = "{index} {0}")
    @MethodSource("broken")
    void aBrokenEnvironmentFails(String test, Supplier<Steps> broken) {
        maker = broken;
        KitRunner runner = KitRunner.run(Kit.class);
        assertTrue(runner.failed.containsKey(test), () -> test + " passed; failed: " + runner.failed);
    }

    /** An environment with array actions, which it changes and keeps. */
    static class ActionKit extends EnvironmentContract<Integer, float[]> {
        @Override
        protected Environment<Integer, float[]> create() {
            return new Environment<>() {
                private float[] kept = new float[1];
                private int time = 3;

                @Override
                public Space<Integer> observationSpace() {
                    return Space.discrete(100);
                }

                @Override
                public Space<float[]> actionSpace() {
                    return Space.box(0, 1, 1);
                }

                @Override
                public Integer reset(long seed) {
                    kept = new float[1];
                    time = 0;
                    return 0;
                }

                @Override
                public Step<Integer> step(float[] action) {
                    int seen = Math.round(kept[0]);
                    kept = action;
                    time++;
                    return new Step<>(seen, 0, time == 3 ? Ending.TERMINATED : Ending.NONE);
                }
            };
        }
    }

    @Test
    void keptActionsFail() {
        KitRunner runner = KitRunner.run(ActionKit.class);
        assertTrue(
                runner.failed.get("actionsAreNeitherChangedNorKept").contains("after the caller changed its actions"),
                runner.failed::toString);
    }

    @Test
    void messagesNameValueAndExpectation() {
        maker = () -> new Steps() {
            @Override
            float[] see() {
                return new float[] {sum, time == 7 ? Float.NaN : time};
            }
        };
        String message = KitRunner.run(Kit.class).failed.get("observationsBelongToTheSpace");
        assertTrue(
                message.startsWith("observation 7 of seed 0: [") && message.contains("NaN] (expected: in box[2] from"),
                message);
    }
}
