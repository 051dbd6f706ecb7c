package io.github.rlllm.api;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.ToDoubleBiFunction;

/**
 * Something an agent can do on its own (an option): a policy that reinforcement learning acquired, or any action of a
 * robot. Thread-safe, except that at most one call runs at a time on one world.
 *
 * @param <S> the state by which a skill is judged and started
 */
public interface Skill<S> {
    /**
     * The name, unique in a library of skills.
     *
     * @return for example {@code go to}
     */
    String name();

    /**
     * The names of its parameters.
     *
     * @return in the order of {@link SkillCall#arguments()}; empty for a skill without
     */
    List<String> parameters();

    /**
     * What must be there before, counted: fact to the least number of it. Facts may name a parameter in braces,
     * {@code {object}}.
     *
     * @return empty where nothing is required; always in the same order
     */
    Map<String, Integer> preconditions();

    /**
     * What changes by success, counted: fact to the number that is added, negative where it is used up.
     *
     * @return empty where nothing is promised; always in the same order
     */
    Map<String, Integer> effects();

    /**
     * The calibrated probability that the skill would succeed if it were started now (SayCan's affordance).
     *
     * @param state the present state
     * @param arguments one for every parameter
     * @return from 0 to 1
     * @throws IllegalArgumentException if the number of arguments differs
     */
    double affordance(S state, List<String> arguments);

    /**
     * Starts the skill. The stage completes when it has ended and everything has stopped, also after a cancel; failures
     * are results, not exceptions.
     *
     * @param call this skill's name and its arguments
     * @param control says when to stop
     * @return how it ended
     * @throws IllegalArgumentException if the call is another skill's or the number of arguments differs
     */
    CompletionStage<SkillResult> start(SkillCall call, Control control);

    /**
     * The time after which a runner cancels the skill.
     *
     * @return a positive duration
     */
    Duration timeout();

    /**
     * What can go wrong.
     *
     * @return the class of hazard
     */
    Hazard hazard();

    /**
     * What it moves or holds while it runs. Where it does not stop when it is told to, a runner invokes nothing else on
     * these until a person has cleared them.
     *
     * @return names, at least one; the whole robot by default
     */
    default Set<String> resources() {
        return Builder.ROBOT;
    }

    /**
     * The time that it has to stop from the moment when its control reads cancelled. A thread that runs it is interrupted
     * after half of that; after all of it the skill counts as not stopped.
     *
     * @return a positive duration; two seconds by default
     */
    default Duration stopTimeout() {
        return Builder.STOP;
    }

    /**
     * Begins to build a skill.
     *
     * @param <S> the type of the state
     * @param name the name
     * @param parameters the names of its parameters
     * @return a builder
     * @throws IllegalArgumentException if the name is blank or parameters repeat
     */
    static <S> Builder<S> named(String name, String... parameters) {
        return new Builder<>(name, List.of(parameters));
    }

    /**
     * Builds a skill out of functions. Not thread-safe.
     *
     * @param <S> the type of the state
     */
    final class Builder<S> {
        private static final Set<String> ROBOT = Set.of("robot");
        private static final Duration STOP = Duration.ofSeconds(2);

        final String name;
        final List<String> parameters;
        Map<String, Integer> preconditions = Map.of();
        Map<String, Integer> effects = Map.of();
        ToDoubleBiFunction<S, List<String>> affordance = (state, arguments) -> 1;
        Duration timeout = Duration.ofMinutes(1);
        Duration stopTimeout = STOP;
        Hazard hazard = Hazard.REVERSIBLE;
        Set<String> resources = ROBOT;

        private Builder(String name, List<String> parameters) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("name: '" + name + "' (expected: not blank)");
            }
            if (new HashSet<>(parameters).size() != parameters.size()) {
                throw new IllegalArgumentException("parameters: " + parameters + " (expected: distinct names)");
            }
            this.name = name;
            this.parameters = parameters;
        }

        /**
         * Sets the preconditions; none by default.
         *
         * @param facts fact to the least number of it, at least 1; kept in the order of the facts' names
         * @return this
         * @throws IllegalArgumentException if a number is below 1
         */
        public Builder<S> requires(Map<String, Integer> facts) {
            facts.forEach((fact, count) -> {
                if (count < 1) {
                    throw new IllegalArgumentException("preconditions[" + fact + "]: " + count + " (expected: >= 1)");
                }
            });
            preconditions = sorted(facts);
            return this;
        }

        /**
         * Sets the effects; none by default.
         *
         * @param facts fact to the number added or, negative, used up; kept in the order of the facts' names
         * @return this
         */
        public Builder<S> yields(Map<String, Integer> facts) {
            facts.forEach((fact, change) -> Objects.requireNonNull(change, fact));
            effects = sorted(facts);
            return this;
        }

        /** Map.copyOf iterates in another order in every JVM, and a planner that reads facts would follow it. */
        private static Map<String, Integer> sorted(Map<String, Integer> facts) {
            return Collections.unmodifiableMap(new TreeMap<>(facts));
        }

        /**
         * Sets the affordance; 1 by default.
         *
         * @param probability from state and arguments to a probability
         * @return this
         */
        public Builder<S> affordance(ToDoubleBiFunction<S, List<String>> probability) {
            affordance = Objects.requireNonNull(probability, "probability");
            return this;
        }

        /**
         * Sets the time limit; one minute by default.
         *
         * @param limit a positive duration
         * @return this
         * @throws IllegalArgumentException if the limit is not above zero
         */
        public Builder<S> timeout(Duration limit) {
            timeout = positive("timeout", limit);
            return this;
        }

        /**
         * Sets the time that it has to stop; two seconds by default.
         *
         * @param limit a positive duration
         * @return this
         * @throws IllegalArgumentException if the limit is not above zero
         */
        public Builder<S> stopTimeout(Duration limit) {
            stopTimeout = positive("stopTimeout", limit);
            return this;
        }

        private static Duration positive(String what, Duration limit) {
            if (limit.isZero() || limit.isNegative()) {
                throw new IllegalArgumentException(what + ": " + limit + " (expected: > 0)");
            }
            return limit;
        }

        /**
         * Sets what it moves or holds; the whole robot by default.
         *
         * @param names at least one, such as {@code arm}
         * @return this
         * @throws IllegalArgumentException if there is none, one twice or a blank one
         */
        public Builder<S> resources(String... names) {
            Set<String> distinct = new HashSet<>(List.of(names));
            if (names.length == 0
                    || distinct.size() != names.length
                    || distinct.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException(
                        "resources: " + List.of(names) + " (expected: at least one, distinct, not blank)");
            }
            resources = Collections.unmodifiableSet(new TreeSet<>(distinct));
            return this;
        }

        /**
         * Sets the hazard; {@link Hazard#REVERSIBLE} by default.
         *
         * @param kind the class of hazard
         * @return this
         */
        public Builder<S> hazard(Hazard kind) {
            hazard = Objects.requireNonNull(kind, "kind");
            return this;
        }

        /**
         * The skill, with work that runs in the caller's thread. An exception becomes a failed result.
         *
         * @param work does it and looks at the control
         * @return the skill
         */
        public Skill<S> does(BiFunction<SkillCall, Control, SkillResult> work) {
            Objects.requireNonNull(work, "work");
            return starts((call, control) -> CompletableFuture.completedFuture(work.apply(call, control)));
        }

        /**
         * The skill, with work that runs elsewhere. An exception, also the stage's, becomes a failed result.
         *
         * @param work starts it
         * @return the skill
         */
        public Skill<S> starts(BiFunction<SkillCall, Control, CompletionStage<SkillResult>> work) {
            Objects.requireNonNull(work, "work");
            return new BuiltSkill<>(this, work);
        }
    }
}
