package io.github.rlllm.engine.world;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.rlllm.api.EnvironmentFactory;
import io.github.rlllm.engine.world.EnvironmentChecker.Limits;
import io.github.rlllm.engine.world.blocks.Blocks;
import io.github.rlllm.engine.world.blocks.BlocksConfig;
import io.github.rlllm.engine.world.grid.Levels;
import io.github.rlllm.engine.world.grid.MiniGrid;
import io.github.rlllm.engine.world.house.House;
import io.github.rlllm.engine.world.secret.SecretRoom;
import io.github.rlllm.engine.world.serving.Arrivals;
import io.github.rlllm.engine.world.serving.Autoscaling;
import io.github.rlllm.engine.world.serving.ServingConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WorldsPassTheCheckerTest {
    static Stream<Arguments> worlds() {
        return Stream.of(
                world("FrozenLake 4x4", () -> FrozenLake.fourByFour(false)),
                world("FrozenLake 8x8 slippery", () -> FrozenLake.eightByEight(true)),
                world("Taxi", Taxi::create),
                world("CartPole", CartPole::new),
                world("MountainCar", MountainCar::new),
                world("Acrobot", Acrobot::new),
                world("ThreeLinkSwimmer", ThreeLinkSwimmer::new),
                world("Autoscaling", () -> new Autoscaling(ServingConfig.defaults(), Arrivals.generated("training"))),
                world("Empty-8x8", () -> new MiniGrid(Levels.empty(8))),
                world("DoorKey-5x5, flat", () -> MiniGrid.flat(Levels.doorKey(5))),
                world("DoorKey-8x8", () -> new MiniGrid(Levels.doorKey(8))),
                world("FourRooms", () -> new MiniGrid(Levels.fourRooms())),
                world("GoToObj", () -> new MiniGrid(Levels.goToObject())),
                world("GoToLocal", () -> new MiniGrid(Levels.goToLocal())),
                world("PickupLoc", () -> new MiniGrid(Levels.pickUpLocation())),
                world("House", House::new),
                world("SecretRoom", () -> new SecretRoom(false)),
                world("Blocks", () -> new Blocks(BlocksConfig.defaults())));
    }

    /** As in Gymnasium it has no time limit, so whoever keeps walking into the wall walks for ever. */
    @Test
    void cliffWalkingAloneNeedNotEnd() {
        assertEquals(
                List.of(new EnvironmentChecker.Finding(
                        "step(9999).ending", "NONE after 10000 steps", "TERMINATED or TRUNCATED")),
                EnvironmentChecker.check(CliffWalking::create));
    }

    private static <O, A> Arguments world(String name, EnvironmentFactory<O, A> factory) {
        return Arguments.of(name, factory);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("worlds")
    void hasNoFindings(String name, EnvironmentFactory<?, ?> factory) {
        Limits limits = new Limits(3, 10_000, Duration.ofSeconds(5), Duration.ofMinutes(1), false);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        assertEquals(List.of(), EnvironmentChecker.check(factory, limits, executor), name);
        executor.shutdownNow();
    }
}
