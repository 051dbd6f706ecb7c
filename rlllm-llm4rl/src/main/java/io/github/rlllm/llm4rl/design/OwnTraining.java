package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.evaluate.Evaluator;
import io.github.rlllm.engine.evaluate.Figures;
import io.github.rlllm.engine.evaluate.InProcess;
import io.github.rlllm.engine.evaluate.Job;
import io.github.rlllm.engine.evaluate.Journal;
import io.github.rlllm.engine.evaluate.Limits;
import io.github.rlllm.engine.evaluate.Meter;
import io.github.rlllm.engine.evaluate.RejectedJobException;
import io.github.rlllm.engine.evaluate.Task;
import io.github.rlllm.engine.evaluate.Tasks;
import io.github.rlllm.engine.program.RewardCompiler;
import io.github.rlllm.engine.program.RewardProgram;
import io.github.rlllm.engine.run.Progress;
import java.util.List;
import java.util.Map;

/** A training loop of one's own in the place of {@link CandidateTraining}. */
public final class OwnTraining {
    private OwnTraining() {}

    /** A loop that learns with a reward. Thread-safe: candidates are trained side by side. */
    @FunctionalInterface
    public interface Loop {
        /**
         * Trains, and judges what was learned by the task metric.
         *
         * @param reward the reward; {@link RewardProgram#total} of a row of inputs
         * @param seed decides everything random
         * @return the task metric, greater is better, finite
         */
        double train(RewardProgram reward, long seed);
    }

    /**
     * Candidates that a loop of one's own trains, in this JVM, without a journal.
     *
     * @param brief the task
     * @param threads candidates at a time, at least 1
     * @param loop the loop
     * @return what a study takes
     */
    public static Candidates candidates(RewardBrief brief, int threads, Loop loop) {
        Tasks tasks = Tasks.of(
                new OwnTask("search " + brief.name(), brief, loop), new OwnTask("test " + brief.name(), brief, loop));
        return new Candidates(
                new Evaluator(new InProcess(threads, tasks, System::nanoTime), Journal.none(), Progress.none()),
                Limits.defaults(),
                Control.none());
    }

    /** One of the two tasks that {@link Candidates} asks for. */
    private record OwnTask(String name, RewardBrief brief, Loop loop) implements Task {
        @Override
        public Figures run(Job job, Meter meter) {
            RewardProgram reward = RewardCompiler.compile(brief.schema(), job.payload())
                    .fold(program -> program, reason -> {
                        throw new RejectedJobException(reason);
                    });
            double score = loop.train(reward, job.seed());
            return new Figures(
                    Map.of(
                            CandidateTraining.BEST,
                            score,
                            CandidateTraining.SUCCESS,
                            0.0,
                            CandidateTraining.TEST,
                            score),
                    Map.of(Trained.METRIC, List.of(score)),
                    Map.of());
        }
    }
}
