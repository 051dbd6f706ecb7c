package io.github.rlllm.rlplusllm.plan.export;

import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A robot in a workshop: it goes to rooms, picks screws up by twos, and builds with four of them; what tests export. */
final class Workshop {
    static final Map<String, Integer> START = Map.of("at store room", 1, "screws in store room", 6, "hands empty", 1);
    static final Map<String, Integer> GOAL = Map.of("built \"A&B\"", 1, "at hall 2", 1);
    static final List<SkillCall> PLAN = List.of(
            SkillCall.of("pick up", "store room"),
            SkillCall.of("pick up", "store room"),
            SkillCall.of("go to", "store room", "hall 2"),
            SkillCall.of("build", "\"A&B\""));

    private Workshop() {}

    static SkillLibrary<String> library() {
        return new SkillLibrary<>(
                Map.of(
                        "from", List.of("store room", "hall 2", "cellar"),
                        "target", List.of("store room", "hall 2"),
                        "plan", List.of("\"A&B\"", "<C>")),
                Set.of("at {from}", "screws in {from}", "screws held", "built {plan}", "hands empty"),
                List.of(
                        skill(
                                "go to",
                                Map.of("at {from}", 1),
                                Map.of("at {from}", -1, "at {target}", 1),
                                "from",
                                "target"),
                        skill(
                                "pick up",
                                Map.of("at {from}", 1, "screws in {from}", 1),
                                Map.of("screws in {from}", -2, "screws held", 2),
                                "from"),
                        skill("build", Map.of("at hall 2", 1), Map.of("screws held", -4, "built {plan}", 1), "plan")),
                START);
    }

    private static Skill<String> skill(
            String name, Map<String, Integer> needs, Map<String, Integer> yields, String... parameters) {
        return Skill.<String>named(name, parameters)
                .requires(needs)
                .yields(yields)
                .timeout(Duration.ofSeconds(90))
                .does((call, control) -> new SkillResult(SkillResult.Status.SUCCESS, ""));
    }
}
