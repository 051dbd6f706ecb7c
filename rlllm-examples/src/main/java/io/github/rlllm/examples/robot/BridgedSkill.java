package io.github.rlllm.examples.robot;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Skills as goals of a bridge: {@code Skill.named("pick", "thing").starts(bridged)}. One thread looks after all of them: it
 * sends the cancel when a control says so. A skill's stage completes with the goal, and so never while the robot may still
 * move.
 */
final class BridgedSkill implements BiFunction<SkillCall, Control, CompletionStage<SkillResult>>, AutoCloseable {
    private static final long LOOK_MILLIS = 5;
    private static final Map<RobotBridge.Outcome.Kind, SkillResult.Status> STATUS = Map.of(
            RobotBridge.Outcome.Kind.SUCCEEDED, SkillResult.Status.SUCCESS,
            RobotBridge.Outcome.Kind.ABORTED, SkillResult.Status.FAILED,
            RobotBridge.Outcome.Kind.CANCELLED, SkillResult.Status.CANCELLED,
            RobotBridge.Outcome.Kind.REJECTED, SkillResult.Status.PRECONDITION);

    private final RobotBridge bridge;
    private final Consumer<String> feedback;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "robot-watch");
        thread.setDaemon(true);
        return thread;
    });

    BridgedSkill(RobotBridge bridge, Consumer<String> feedback) {
        this.bridge = bridge;
        this.feedback = feedback;
    }

    @Override
    public CompletionStage<SkillResult> apply(SkillCall call, Control control) {
        RobotBridge.Goal goal = bridge.send(call.skill(), call.arguments(), control.key(), feedback);
        Future<?> watching = watch.scheduleWithFixedDelay(
                () -> {
                    if (control.cancelled()) {
                        goal.cancel();
                    }
                },
                0,
                LOOK_MILLIS,
                TimeUnit.MILLISECONDS);
        return goal.outcome().thenApply(outcome -> {
            watching.cancel(false);
            SkillResult.Status status = STATUS.getOrDefault(outcome.kind(), SkillResult.Status.FAILED);
            return new SkillResult(status, outcome.text());
        });
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
