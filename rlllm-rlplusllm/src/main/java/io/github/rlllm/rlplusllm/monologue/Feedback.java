package io.github.rlllm.rlplusllm.monologue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.api.SkillResult.Status;
import io.github.rlllm.rlplusllm.plan.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is told after every skill, unasked. It becomes part of the skill's result, and so of the run's history, its events
 * and its journal: a run that is resumed does not look a second time. Immutable; as thread-safe as its sources.
 *
 * @param <S> the type of the state
 */
public final class Feedback<S> {
    private final @Nullable SuccessDetector<S> success;
    private final @Nullable SceneDescriber<S> scene;

    private Feedback(@Nullable SuccessDetector<S> success, @Nullable SceneDescriber<S> scene) {
        this.success = success;
        this.scene = scene;
    }

    /**
     * Nobody looks (open loop): whatever runs to its end counts as done.
     *
     * @param <S> the type of the state
     * @return no feedback
     */
    public static <S> Feedback<S> none() {
        return new Feedback<>(null, null);
    }

    /**
     * The same with success detection.
     *
     * @param detector says true or false
     * @return a changed copy
     */
    public Feedback<S> withSuccess(SuccessDetector<S> detector) {
        return new Feedback<>(Objects.requireNonNull(detector, "detector"), scene);
    }

    /**
     * The same with passive scene description.
     *
     * @param describer says what is to be seen
     * @return a changed copy
     */
    public Feedback<S> withScene(SceneDescriber<S> describer) {
        return new Feedback<>(success, Objects.requireNonNull(describer, "describer"));
    }

    /**
     * The skill with what is told after it. What the skill itself says of success or failure goes to the detector and to
     * nobody else; that it did not run to its end is left as it is.
     *
     * @param skill does it
     * @param state the present state whenever it is asked
     * @return the same skill, whose result says what was told: succeeded where the detector says so or there is none
     */
    public Skill<S> after(Skill<S> skill, Supplier<S> state) {
        return new Told<>(this, Objects.requireNonNull(skill, "skill"), Objects.requireNonNull(state, "state"));
    }

    /**
     * The same person, whose answers say the question first: a run tells its planner answers alone, and a monologue has both.
     *
     * @param person approves and answers
     * @return a supervisor for the run of an {@link InnerMonologue}
     */
    public static Supervisor answering(Supervisor person) {
        Objects.requireNonNull(person, "person");
        return new Supervisor() {
            @Override
            public CompletionStage<Boolean> approves(SkillCall call, Hazard hazard) {
                return person.approves(call, hazard);
            }

            @Override
            public CompletionStage<String> answer(String question) {
                return person.answer(question).thenApply(answer -> question + " " + answer);
            }

            @Override
            public CompletionStage<Effect> effect(SkillCall call, String key) {
                return person.effect(call, key);
            }
        };
    }

    private SkillResult told(Attempt<S> attempt) {
        Status ended = attempt.own().status();
        if (ended != Status.SUCCESS && ended != Status.FAILED) {
            return new SkillResult(ended, InnerMonologue.oneLine(attempt.own().text()));
        }
        StringJoiner lines = new StringJoiner("\n");
        boolean succeeded = true;
        if (success != null) {
            succeeded = success.succeeded(attempt);
            lines.add(InnerMonologue.SUCCESS + succeeded);
        }
        if (scene != null) {
            lines.add(InnerMonologue.SCENE + InnerMonologue.oneLine(scene.describe(attempt.after())));
        }
        return new SkillResult(succeeded ? Status.SUCCESS : Status.FAILED, lines.toString());
    }

    /** A skill with feedback. */
    private record Told<S>(Feedback<S> feedback, Skill<S> skill, Supplier<S> state) implements Skill<S> {
        @Override
        public CompletionStage<SkillResult> start(SkillCall call, Control control) {
            S before = state.get();
            return skill.start(call, control)
                    .thenApply(own -> feedback.told(new Attempt<>(call, own, before, state.get())));
        }

        @Override
        public String name() {
            return skill.name();
        }

        @Override
        public List<String> parameters() {
            return skill.parameters();
        }

        @Override
        public Map<String, Integer> preconditions() {
            return skill.preconditions();
        }

        @Override
        public Map<String, Integer> effects() {
            return skill.effects();
        }

        @Override
        public double affordance(S now, List<String> arguments) {
            return skill.affordance(now, arguments);
        }

        @Override
        public Duration timeout() {
            return skill.timeout();
        }

        @Override
        public Hazard hazard() {
            return skill.hazard();
        }

        @Override
        public Set<String> resources() {
            return skill.resources();
        }

        @Override
        public Duration stopTimeout() {
            return skill.stopTimeout();
        }
    }
}
