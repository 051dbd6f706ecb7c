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

    /**
     * A planner.
     *
     * @param say p(l | i) over calls of the library, {@link #DONE} and {@link #IMPOSSIBLE}: all of them, or those that
     *     {@link SayCanConfig#mask} leaves
     * @param library the skills, whose affordances are p(c | s, l)
     * @param config settings
     */
    public SayCan(OptionScorer<SkillCall> say, SkillLibrary<S> library, SayCanConfig config) {
        this.say = Objects.requireNonNull(say, "say");
        this.library = Objects.requireNonNull(library, "library");
        this.config = Objects.requireNonNull(config, "config");
    }

    /**
     * Line 3 to 8 of algorithm 1, for one step: score, multiply, choose. Affordances come first, since what is hopeless need
     * not be scored.
     *
     * @param context task, state, history and the calls that may be invoked
     * @return the chosen call, done, or giving up where nothing that is meant is possible
     */
    @Override
    public Directive next(PlanContext<S> context) {
        Set<SkillCall> allowed = new HashSet<>(context.allowed());
        List<SkillCall> options = new ArrayList<>();
        List<Double> affordances = new ArrayList<>();
        for (SkillCall call : library.calls()) {
            double can = allowed.contains(call) ? library.affordance(context.state(), call) : 0;
            if (can >= config.mask()) {
                options.add(call);
                affordances.add(can);
            }
        }
        options.add(DONE);
        affordances.add(config.done());
        options.add(IMPOSSIBLE);
        affordances.add(config.impossible());
        Finite<SkillCall> useful = say.score(prompt(context.task(), context.history()), options);
        double[] logProduct = new double[options.size()];
        double meant = 0;
        double possible = 0;
        for (int i = 0; i < logProduct.length; i++) {
            SkillCall option = options.get(i);
            double can = affordances.get(i);
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
