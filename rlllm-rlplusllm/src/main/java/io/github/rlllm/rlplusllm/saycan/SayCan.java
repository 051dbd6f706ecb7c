package io.github.rlllm.rlplusllm.saycan;

import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * SayCan, algorithm 1 of Ahn et al. 2022: what is useful, says the language model; what is possible, says the value
 * function; the product chooses. As thread-safe as the scorer and the skills.
 *
 * @param <S> the type of the state
 */
public final class SayCan<S> implements Planner<S> {
    /** The option that ends a plan. */
    public static final SkillCall DONE = SkillCall.of("done");

    /**
     * The option by which a language model says that no skill is meant. It has a fixed affordance, as done has, and is
     * never executed: choosing it is giving up.
     */
    public static final SkillCall IMPOSSIBLE = SkillCall.of("impossible");

    private final OptionScorer<SkillCall> say;
    private final SkillLibrary<S> library;
    private final SayCanConfig config;
    private final List<SkillCall> options;

    /**
     * A planner.
     *
     * @param say p(l | i) over all calls of the library, {@link #DONE} and {@link #IMPOSSIBLE}
     * @param library the skills, whose affordances are p(c | s, l)
     * @param config settings
     */
    public SayCan(OptionScorer<SkillCall> say, SkillLibrary<S> library, SayCanConfig config) {
        this.say = Objects.requireNonNull(say, "say");
        this.library = Objects.requireNonNull(library, "library");
        this.config = Objects.requireNonNull(config, "config");
        List<SkillCall> all = new ArrayList<>(library.calls());
        all.add(DONE);
        all.add(IMPOSSIBLE);
        this.options = List.copyOf(all);
    }

    /**
     * Line 3 to 8 of algorithm 1, for one step: score, multiply, choose.
     *
     * @param context task, state, history and the calls that may be invoked
     * @return the chosen call, done, or giving up where nothing that is meant is possible
     */
    @Override
    public Directive next(PlanContext<S> context) {
        Finite<SkillCall> useful = say.score(prompt(context.task(), context.history()), options);
        Set<SkillCall> allowed = new HashSet<>(context.allowed());
        double[] logProduct = new double[options.size()];
        double meant = 0;
        double possible = 0;
        for (int i = 0; i < logProduct.length; i++) {
            SkillCall option = options.get(i);
            double can = can(option, context.state(), allowed);
            logProduct[i] = useful.logProbAt(i) + Math.log(can);
            if (!option.equals(DONE)) {
                double p = Math.exp(useful.logProbAt(i));
                meant += p;
                possible += option.equals(IMPOSSIBLE) ? 0 : p * can;
            }
        }
        if (Arrays.stream(logProduct).max().orElseThrow() == Double.NEGATIVE_INFINITY) {
            return Directive.giveUp("no option is both meant and possible");
        }
        Finite<SkillCall> product = Finite.softmax(options, logProduct);
        SkillCall chosen = config.sample() ? product.sample(context.rng()) : product.mode();
        if (chosen.equals(DONE)) {
            return Directive.done();
        }
        if (chosen.equals(IMPOSSIBLE)) {
            return Directive.giveUp("no skill is meant");
        }
        if (possible < config.floor() * meant) {
            return Directive.giveUp("expected success of what is meant: " + possible / meant + " (floor: "
                    + config.floor() + "); nearest: " + chosen);
        }
        return Directive.invoke(chosen);
    }

    /** p(c | s, l): fixed for done and impossible, the skill's value for what is allowed, 0 for the rest. */
    private double can(SkillCall option, S state, Set<SkillCall> allowed) {
        if (option.equals(DONE)) {
            return config.done();
        }
        if (option.equals(IMPOSSIBLE)) {
            return config.impossible();
        }
        return allowed.contains(option) ? library.affordance(state, option) : 0;
    }

    /**
     * The text that the language model continues: the instruction, and a numbered line for every skill that succeeded.
     *
     * @param task the instruction
     * @param history what happened
     * @return lines without a final line break
     */
    public static String prompt(String task, List<? extends PlanEvent> history) {
        StringBuilder prompt = new StringBuilder(task.strip().replace('\n', ' '));
        int number = 1;
        for (PlanEvent event : history) {
            SkillCall call = event.call();
            SkillResult result = event.result();
            if (call != null && result != null && result.success()) {
                prompt.append('\n').append(number++).append(". ").append(call);
            }
        }
        return prompt.toString();
    }
}
