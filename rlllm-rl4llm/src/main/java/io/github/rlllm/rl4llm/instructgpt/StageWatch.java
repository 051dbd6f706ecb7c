package io.github.rlllm.rl4llm.instructgpt;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Progress;
import java.io.IOException;
import java.util.concurrent.CancellationException;

/** What a stage does between two updates: it tells how far it is, and saves and ends itself where it was cancelled. */
record StageWatch(Progress progress, Control control) {
    void proceed(String name, KeptRun run, int total) throws IOException {
        if (control.cancelled()) {
            run.save();
            throw new CancellationException(name + ": cancelled at " + run.step() + " of " + total);
        }
        progress.update(name, run.step(), total);
    }
}
