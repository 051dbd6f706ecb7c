package io.github.rlllm.examples.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.Stages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The result of an experiment that ended, so that it need not run again. */
final class KeptResult implements Snapshot {
    private static final ObjectMapper JSON = new ObjectMapper();

    private @Nullable Result result;

    /** The result that is kept, or else that of running the experiment. */
    static Result of(Stages kept, String name, Experiment experiment, ExperimentRequest request) throws IOException {
        KeptResult known = new KeptResult();
        try (KeptRun run = kept.open(name, Map.of("result", known))) {
            Result result = known.result;
            if (result == null) {
                result = experiment.run(request);
                known.result = result;
                run.finish(1);
            }
            return result;
        }
    }

    @Override
    public byte[] save() {
        try {
            return JSON.writeValueAsBytes(result);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a result is made of numbers and texts", e);
        }
    }

    @Override
    public void restore(byte[] state) {
        try {
            result = JSON.readValue(new String(state, StandardCharsets.UTF_8), Result.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("state: " + state.length + " bytes (expected: a result)", e);
        }
    }
}
