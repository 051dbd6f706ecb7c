package io.github.rlllm.examples.robot;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** What skills need of a robot, as action servers have it: a goal goes out, feedback and one result come back. Thread-safe. */
interface RobotBridge {
    /** A goal that was sent. */
    interface Goal {
        /**
         * How it ended. Completes only when nothing moves on its account any more, or the robot says that nothing ever did:
         * while the connection is lost and nobody knows, it stays open.
         */
        CompletionStage<Outcome> outcome();

        /** Asks the robot to stop; also later, as soon as there is a connection. Idempotent. */
        void cancel();
    }

    /** How a goal ended. */
    record Outcome(Kind kind, String text) {
        /** The robot's word for it. */
        enum Kind {
            /** It was reached. */
            SUCCEEDED,
            /** The robot gave it up and stands still. */
            ABORTED,
            /** It was cancelled and the robot stands still. */
            CANCELLED,
            /** The robot never began it. */
            REJECTED
        }
    }

    /**
     * Sends a goal.
     *
     * @param action what to do
     * @param arguments with what
     * @param key by which the robot knows the goal again after a lost connection
     * @param feedback is told how far it is
     * @return the goal, at once
     */
    Goal send(String action, List<String> arguments, String key, Consumer<String> feedback);
}
