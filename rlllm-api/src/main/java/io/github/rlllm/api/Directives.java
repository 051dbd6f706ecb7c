package io.github.rlllm.api;

import java.util.function.Function;
import java.util.function.Supplier;

/** The kinds of {@link Directive}. */
final class Directives {
    private Directives() {}

    record Invoke(SkillCall call) implements Directive {
        @Override
        public <R> R fold(
                Function<? super SkillCall, ? extends R> invoke,
                Function<? super String, ? extends R> ask,
                Supplier<? extends R> done,
                Function<? super String, ? extends R> giveUp) {
            return invoke.apply(call);
        }
    }

    record Ask(String question) implements Directive {
        @Override
        public <R> R fold(
                Function<? super SkillCall, ? extends R> invoke,
                Function<? super String, ? extends R> ask,
                Supplier<? extends R> done,
                Function<? super String, ? extends R> giveUp) {
            return ask.apply(question);
        }
    }

    record Done() implements Directive {
        @Override
        public <R> R fold(
                Function<? super SkillCall, ? extends R> invoke,
                Function<? super String, ? extends R> ask,
                Supplier<? extends R> done,
                Function<? super String, ? extends R> giveUp) {
            return done.get();
        }
    }

    record GiveUp(String reason) implements Directive {
        @Override
        public <R> R fold(
                Function<? super SkillCall, ? extends R> invoke,
                Function<? super String, ? extends R> ask,
                Supplier<? extends R> done,
                Function<? super String, ? extends R> giveUp) {
            return giveUp.apply(reason);
        }
    }
}
