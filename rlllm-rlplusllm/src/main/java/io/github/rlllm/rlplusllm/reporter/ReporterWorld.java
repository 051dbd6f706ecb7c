package io.github.rlllm.rlplusllm.reporter;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.world.secret.SecretRoom;
import io.github.rlllm.engine.world.secret.SecretView;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where the Reporter learns: everything but the Reporter. What it observes is the texture that the Actor has just seen, its
 * action is a {@link Reporter.Sentence}, and between two of them Planner and Actor go on until the next object was
 * examined. The reward is the task's own, at the end: nothing says whether a report was true. Tasks in which nothing is
 * examined are passed over. Confined to one thread.
 */
final class ReporterWorld implements Environment<float[], Integer> {
    private static final Space.Box TEXTURES = Space.box(0, 1, SecretView.PIXELS);
    private static final Space.Discrete SENTENCES = Space.discrete(Reporter.Sentence.values().length);
    private static final int DIRECTIVES = 12;
    /** Tasks in a row without a report after which the Actor counts as broken. */
    private static final int UNEXAMINED = 1_000;

    private final SecretRoom room;
    private final Planner<float[]> planner;
    private final Policy<float[], Integer> actor;
    private final int limit;
    private final LongConsumer steps;
    private final List<PlanEvent> history = new ArrayList<>();
    private @Nullable RoomEpisode episode;
    private @Nullable SkillCall examined;
    private RandomGenerator rng = new SplittableRandom(0);

    /**
     * A world.
     *
     * @param heldOut whether the objects are of held-out combinations
     * @param planner reads the reports
     * @param actor obeys the Planner
     * @param limit the most steps of one instruction
     * @param steps is told the environment steps that an episode took, when it is over
     */
    ReporterWorld(
            boolean heldOut, Planner<float[]> planner, Policy<float[], Integer> actor, int limit, LongConsumer steps) {
        room = new SecretRoom(heldOut);
        this.planner = planner;
        this.actor = actor;
        this.limit = limit;
        this.steps = steps;
    }

    @Override
    public Space<float[]> observationSpace() {
        return TEXTURES;
    }

    @Override
    public Space<Integer> actionSpace() {
        return SENTENCES;
    }

    @Override
    public float[] reset(long seed) {
        rng = new SplittableRandom(seed);
        for (int task = 0; task < UNEXAMINED; task++) {
            history.clear();
            RoomEpisode next = new RoomEpisode(room, rng.nextLong(), actor, limit, rng);
            if (examines(next)) {
                episode = next;
                return next.texture();
            }
            steps.accept(next.steps());
        }
        throw new IllegalStateException(
                "actor: examined nothing in " + UNEXAMINED + " tasks (expected: one that has learned to obey)");
    }

    @Override
    public Step<float[]> step(Integer sentence) {
        if (!SENTENCES.contains(sentence)) {
            throw new IllegalArgumentException("ReporterWorld.step: sentence " + sentence + " (expected: from 0 to 2)");
        }
        RoomEpisode now = episode;
        SkillCall about = examined;
        if (now == null || about == null) {
            throw new IllegalStateException("ReporterWorld.step: no episode is running (expected: reset first)");
        }
        String said =
                Reporter.Sentence.values()[sentence].about(about.arguments().get(0));
        history.add(PlanEvent.executed(about, new SkillResult(SkillResult.Status.SUCCESS, said)));
        if (examines(now)) {
            return new Step<>(now.texture(), 0, Ending.NONE);
        }
        steps.accept(now.steps());
        episode = null;
        return new Step<>(now.texture(), now.success() ? 1 : 0, Ending.TERMINATED);
    }

    /** Planner and Actor until something was examined; false if the task ends before. */
    private boolean examines(RoomEpisode now) {
        examined = null;
        while (examined == null && !now.over() && history.size() < DIRECTIVES) {
            PlanContext<float[]> context = new PlanContext<>(
                    room.task().text(),
                    now.seen(),
                    history,
                    now.calls(),
                    Budget.ofCalls(DIRECTIVES - history.size()),
                    Control.none(),
                    rng);
            Directive directive = planner.next(context);
            boolean goesOn =
                    directive.<Boolean>fold(call -> obeys(now, call), question -> false, () -> false, reason -> false);
            if (!goesOn) {
                return false;
            }
        }
        return examined != null;
    }

    private boolean obeys(RoomEpisode now, SkillCall call) {
        SkillResult result = now.obey(call, Control.none());
        if (result.success() && call.skill().equals(Instruction.Verb.EXAMINE.words())) {
            examined = call;
        } else {
            history.add(PlanEvent.executed(call, result));
        }
        return true;
    }
}
