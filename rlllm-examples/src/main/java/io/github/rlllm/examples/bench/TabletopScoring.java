package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.rlplusllm.plan.Limits;
import io.github.rlllm.rlplusllm.plan.PlanOptions;
import io.github.rlllm.rlplusllm.plan.PlanRunner;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import io.github.rlllm.rlplusllm.saycan.SayCan;
import io.github.rlllm.rlplusllm.saycan.SayCanConfig;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CausalScorer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/**
 * SayCan on a table of 4 blocks and 13 places, with done 53 options a step, scored by a decoder with drawn weights: tokens
 * do not depend on what it says. What a step costs, beside every option with its whole prompt alone; then the same with what
 * is out of reach masked before scoring. The prompt is examples of plans, the instruction and what was done so far.
 */
final class TabletopScoring {
    private static final int CONTEXT = 512;
    private static final int STEPS = 5;
    private static final int ROUNDS = 7;
    private static final List<String> BLOCKS = List.of("blue block", "red block", "green block", "yellow block");
    private static final List<String> PLACES = Stream.concat(
                    BLOCKS.stream(),
                    Stream.of(
                            "blue bowl",
                            "red bowl",
                            "green bowl",
                            "yellow bowl",
                            "top left corner",
                            "top right corner",
                            "bottom left corner",
                            "bottom right corner",
                            "middle"))
            .toList();
    private static final List<String> REACHABLE = BLOCKS.subList(0, 2);
    private static final List<String> INSTRUCTIONS = List.of(
            "put all the blocks in different corners",
            "put the blue block in the red bowl",
            "stack all the blocks",
            "put the blocks in their matching bowls",
            "move all the blocks to the top left corner",
            "put the green block in the middle",
            "place the yellow block on the blue block",
            "put the blocks in mismatched bowls");
    private static final String EXAMPLES = "objects = [red block, yellow block, blue block, green bowl]"
            + " # move all the blocks to the top left corner. robot.pick_and_place(blue block, top left corner)"
            + " robot.pick_and_place(red block, top left corner) robot.pick_and_place(yellow block, top left corner)"
            + " done() objects = [red block, blue block, green bowl]"
            + " # put the blocks in the green bowl. robot.pick_and_place(red block, green bowl)"
            + " robot.pick_and_place(blue block, green bowl) done() objects = [yellow block, blue block, red bowl]"
            + " # stack the blocks. robot.pick_and_place(blue block, yellow block) done()"
            + " objects = [green block, red block, yellow bowl] # put the green block in the middle."
            + " robot.pick_and_place(green block, middle) done()"
            + " objects = [blue block, red block, green block, yellow block, blue bowl, red bowl, green bowl,"
            + " yellow bowl]";

    private TabletopScoring() {}

    /** What scoring cost a step. */
    private record Scored(double read, double naive, double prompt, double options, double millis) {}

    static void measure(RunRequest request, List<Arm> arms, List<Aim> aims) {
        CausalLm model = TinyLm.draw(CONTEXT);
        for (boolean masked : new boolean[] {false, true}) {
            String name = masked ? "tabletop, hopeless masked" : "tabletop, tree and kept prefix";
            Scored[] rounds = new Scored[ROUNDS];
            for (int round = -1; round < ROUNDS; round++) { // the round below 0 warms up
                if (request.control().cancelled()) {
                    throw new CancellationException(name + ": cancelled (expected: " + ROUNDS + " rounds)");
                }
                request.progress().update(name, Math.max(0, round), ROUNDS);
                Scored scored = episodes(model, masked);
                if (round >= 0) {
                    rounds[round] = scored;
                }
            }
            request.progress().update(name, ROUNDS, ROUNDS);
            Scored scored = rounds[0];
            Map<String, Metric> metrics = new LinkedHashMap<>();
            metrics.put("tokens a step", Metric.of("tokens", scored.read()));
            metrics.put("naive tokens a step", Metric.of("tokens", scored.naive()));
            metrics.put("prompt", Metric.of("tokens", scored.prompt()));
            metrics.put("options scored", Metric.of("options", scored.options()));
            metrics.put(
                    "median ms a step",
                    TimedRun.median(
                            "ms",
                            Arrays.stream(rounds).mapToDouble(Scored::millis).toArray()));
            arms.add(new Arm(name, "drawn decoder", metrics));
            if (!masked) {
                aims.add(
                        Aim.atMost("share of the naive tokens", scored.read() / scored.naive(), Bounds.PLANNER_TOKENS));
            }
        }
    }

    /** Every instruction for some steps, one after the other, by a scorer that has read nothing before the first. */
    private static Scored episodes(CausalLm model, boolean masked) {
        CausalScorer scorer =
                new CausalScorer(model, new PieceTokens(PieceTokens.PIECES, TinyLm.SIZES.vocabulary()), "drawn");
        int[] steps = new int[1];
        int[] options = new int[1];
        int[] prompts = new int[1];
        OptionScorer<SkillCall> say = (context, shown) -> {
            String prompt = prompt(context);
            // The last option, that nothing is meant, is none of the 53.
            List<SkillCall> scored = shown.subList(0, shown.size() - 1);
            double[] logits = Arrays.copyOf(
                    scorer.logProbs(
                            prompt, scored.stream().map(TabletopScoring::text).toList()),
                    shown.size());
            logits[shown.size() - 1] = Double.NEGATIVE_INFINITY;
            steps[0]++;
            options[0] += scored.size();
            prompts[0] += PieceTokens.count(PieceTokens.PIECES, prompt);
            return Finite.softmax(shown, logits);
        };
        SkillLibrary<Integer> library = library();
        // Drawn weights know no end: done is all but excluded, so that every episode has as many steps.
        SayCanConfig config =
                SayCanConfig.defaults().withDone(1e-300).withFloor(0).withMask(masked ? 0.5 : 0);
        PlanRunner<Integer> runner =
                new PlanRunner<>(library, new SayCan<>(say, library, config), () -> 0, Runnable::run, System::nanoTime);
        PlanOptions<Integer> limited =
                PlanOptions.<Integer>defaults().withLimits(Limits.defaults().withBudget(Budget.ofCalls(STEPS)));
        long begin = System.nanoTime();
        INSTRUCTIONS.forEach(instruction -> runner.execute(instruction, limited).join());
        double millis = (System.nanoTime() - begin) / 1e6;
        double n = steps[0];
        return new Scored(
                scorer.cost().read() / n, scorer.cost().separate() / n, prompts[0] / n, options[0] / n, millis / n);
    }

    private static SkillLibrary<Integer> library() {
        Skill<Integer> skill = Skill.<Integer>named("pick_and_place", "block", "place")
                .affordance((state, arguments) -> REACHABLE.contains(arguments.get(0)) ? 0.9 : 0.01)
                .does((call, control) -> new SkillResult(SkillResult.Status.SUCCESS, ""));
        return new SkillLibrary<>(Map.of("block", BLOCKS, "place", PLACES), Set.of(), List.of(skill));
    }

    private static String text(SkillCall option) {
        return option.equals(SayCan.DONE) ? " done()" : " robot." + option;
    }

    /** From SayCan's lines: the instruction, and a numbered one for each skill that succeeded. */
    private static String prompt(String context) {
        String[] lines = context.split("\n");
        StringBuilder prompt =
                new StringBuilder(EXAMPLES).append(" # ").append(lines[0]).append('.');
        for (int i = 1; i < lines.length; i++) {
            prompt.append(" robot.").append(lines[i].substring(lines[i].indexOf(' ') + 1));
        }
        return prompt.toString();
    }
}
