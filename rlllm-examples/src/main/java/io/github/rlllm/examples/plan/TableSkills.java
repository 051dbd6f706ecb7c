package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.learner.HindsightConfig;
import io.github.rlllm.engine.learner.HindsightDqn;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.engine.world.blocks.BlocksConfig;
import io.github.rlllm.engine.world.blocks.BlocksSkills;
import io.github.rlllm.examples.RunRequest;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * Pick and place as it was learned in a run.
 *
 * @param skills the skills, calibrated
 * @param seconds how long learning took, over all sittings
 */
record TableSkills(BlocksSkills skills, double seconds) {
    /** Updates between two looks at the time and at whether to stop. */
    private static final int CHUNK = 200;

    /**
     * Learns the skills of a seed. What was learned is kept: broken off at any moment, it goes on where it was.
     *
     * @param request progress and control
     * @param kept where it is kept; stages {@code learning} and {@code calibration}
     * @param config how
     * @param table noise and limit
     * @param seed decides everything
     * @return the skills
     * @throws IOException if the folder cannot be written
     * @throws CancellationException if it was cancelled
     */
    static TableSkills learned(RunRequest request, Stages kept, HindsightConfig config, BlocksConfig table, long seed)
            throws IOException {
        HindsightDqn dqn = BlocksSkills.learner(config, table, seed);
        double seconds;
        try (KeptRun run = kept.open("learning", Map.of("dqn", dqn))) {
            while (dqn.updates() < config.updates()) {
                if (request.control().cancelled()) {
                    run.save();
                    throw new CancellationException("learning skills");
                }
                dqn.learn(CHUNK, request.progress(), Control.none());
                run.updated(dqn.updates());
            }
            run.finish(dqn.updates());
            seconds = run.seconds();
        }
        byte[] skills = kept.onceBytes(
                "calibration",
                () -> BlocksSkills.calibrated(dqn.net(), table, seed).save());
        return new TableSkills(BlocksSkills.restore(skills), seconds);
    }
}
