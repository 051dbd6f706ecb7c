package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Progress;
import java.io.IOException;
import java.util.concurrent.CancellationException;

/**
 * What a stage does between two updates: it tells how far it is, and saves and ends itself where it was cancelled.
 *
 * @param progress where it tells
 * @param control says whether it was cancelled
 */
public record StageWatch(Progress progress, Control control) {
    private static final int PERCENT = 100;

    /**
     * Called before an update.
     *
     * @param name of the stage
     * @param run that keeps it
     * @param total updates in all
     * @throws IOException if it cannot be saved
     * @throws CancellationException if it was cancelled, once it is saved
     */
    public void proceed(String name, KeptRun run, int total) throws IOException {
        go(name, run);
        progress.update(name, run.step(), total);
    }

    /**
     * The same where the number of updates is not known.
     *
     * @param name of the stage
     * @param run that keeps it
     * @param done the share that is done
     * @throws IOException if it cannot be saved
     * @throws CancellationException if it was cancelled, once it is saved
     */
    public void proceed(String name, KeptRun run, double done) throws IOException {
        go(name, run);
        progress.update(name, (long) (PERCENT * Math.min(1, done)), PERCENT);
    }

    private void go(String name, KeptRun run) throws IOException {
        if (control.cancelled()) {
            run.save();
            throw new CancellationException(name + ": cancelled after " + run.step() + " updates");
        }
    }
}
