package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Directive;
import io.github.rlllm.api.SkillCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which calls may be invoked: none that is forbidden, refused, repeated too often, below the floor or on a resource that a
 * person has to clear. What it masks is never offered and never run. Also tells where a running call makes no sense any more.
 */
record Mask<S>(PlanRunner<S> runner, PlanOptions<S> options, Progress progress) {
    private static final Logger LOG = LoggerFactory.getLogger(Mask.class);

    List<SkillCall> allowed(S state) {
        List<SkillCall> allowed = new ArrayList<>();
        double floor = options.limits().floor();
        boolean blocked = !runner.blocked.all().isEmpty();
        for (SkillCall call : runner.library.calls()) {
            if (!options.forbidden().test(call)
                    && !progress.masked(call)
                    && progress.invoked(call) < options.limits().repeats()
                    && !(blocked
                            && runner.blocked.blocks(runner.library.skill(call).resources()))
                    && (floor == 0 || runner.library.affordance(state, call) >= floor)) {
                allowed.add(call);
            }
        }
        return allowed;
    }

    /** Whether a directive that was chosen before a crash may still be carried out. */
    boolean allows(Directive directive) {
        SkillCall call = Planning.invoked(directive);
        try {
            return call == null || allowed(runner.state.get()).contains(call);
        } catch (RuntimeException e) {
            LOG.debug("state", e); // read again before the next step
            return false;
        }
    }

    /** Whether the trigger of the options holds while a call runs. */
    boolean overtaken(SkillCall running) {
        BiPredicate<S, SkillCall> replan = options.replan();
        try {
            return replan != null && replan.test(runner.state.get(), running);
        } catch (RuntimeException e) {
            LOG.warn("replan threw {}", e.getClass().getName()); // the state is read again before the next step
            return false;
        }
    }
}
