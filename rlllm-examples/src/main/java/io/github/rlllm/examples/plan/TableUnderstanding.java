package io.github.rlllm.examples.plan;

import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.lm.CachedEncoder;
import io.github.rlllm.engine.lm.EncoderHead;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.rlplusllm.monologue.ScriptedReader;
import io.github.rlllm.rlplusllm.saycan.SayCan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Understands instructions by the head that is fitted on our wordings ({@link TableReader}): its likeliest skill after its
 * likeliest skills, until it says done. What it makes of an instruction does not depend on the table. Thread-safe.
 */
final class TableUnderstanding implements ScriptedReader.Understanding {
    /** The most skills of an instruction. */
    static final int MOST = 6;

    /** How often every wording is filled with colours and corners, to be fitted on. */
    private static final int FILLS = 4;

    private static final List<SkillCall> OPTIONS = Stream.concat(
                    PickPlace.all().stream().map(TableWorld::call), Stream.of(SayCan.DONE, SayCan.IMPOSSIBLE))
            .toList();

    private final TableReader head;
    private final Map<String, List<String>> read = new ConcurrentHashMap<>();

    private TableUnderstanding(TableReader head) {
        this.head = head;
    }

    /** A head fitted on the split {@code fit}, the same in every run. */
    static TableUnderstanding fit(CachedEncoder encoder) {
        List<TableInstruction> fitted = new ArrayList<>();
        SeededRandom rng = SeededRandom.of(0, "inner monologue fit");
        for (int k = 0; k < FILLS; k++) {
            fitted.addAll(TableInstruction.fill("fit", rng));
        }
        encoder.encodeAll(TableReader.texts(fitted));
        return new TableUnderstanding(TableReader.fit(encoder, fitted, EncoderHead.Config.defaults()));
    }

    @Override
    public List<String> actions(String instruction) {
        return read.computeIfAbsent(instruction, this::plan);
    }

    private List<String> plan(String instruction) {
        List<PlanEvent> history = new ArrayList<>();
        List<String> actions = new ArrayList<>();
        while (actions.size() < MOST) {
            SkillCall next =
                    head.score(SayCan.prompt(instruction, history), OPTIONS).mode();
            if (next.equals(SayCan.DONE) || next.equals(SayCan.IMPOSSIBLE)) {
                break;
            }
            history.add(PlanEvent.executed(next, new SkillResult(SkillResult.Status.SUCCESS, "")));
            actions.add(TableWorld.goal(next).text());
        }
        return List.copyOf(actions);
    }
}
