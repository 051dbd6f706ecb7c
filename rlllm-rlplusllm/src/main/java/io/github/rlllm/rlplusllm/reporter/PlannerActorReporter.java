package io.github.rlllm.rlplusllm.reporter;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.learner.Ppo;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.world.secret.RoomObject;
import io.github.rlllm.engine.world.secret.SecretRoom;
import io.github.rlllm.rlplusllm.plan.PlanFailure;
import io.github.rlllm.rlplusllm.plan.PlanOptions;
import io.github.rlllm.rlplusllm.plan.PlanReport;
import io.github.rlllm.rlplusllm.plan.PlanRunner;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Planner, Actor and Reporter (Dasgupta et al. 2023) in a room with secrets:
 *
 * <pre>{@code
 * until something is picked up:
 *   Planner:  task in words, what was done and reported  ->  examine X | pick up X
 *   Actor:    pi(. | what is seen, instruction), learned by RL, acts until the instruction is done
 *   Reporter: what the Actor saw when it examined X      ->  a sentence about X, which goes back to the Planner
 * }</pre>
 *
 * <p>The Planner sees words alone, the Actor never the task, and the Reporter only what was examined. The Actor learns from
 * whether instructions were done ({@link #actor}), then the Reporter from whether tasks were ({@link #reporter}); {@link #flat} is the policy
 * without the three. As thread-safe as the three are.
 */
public final class PlannerActorReporter {
    private final Planner<float[]> planner;
    private final Policy<float[], Integer> actor;
    private final Reporter reporter;
    private final int instructionSteps;
    private final LongSupplier nanos;

    /**
     * The three.
     *
     * @param planner chooses by words alone
     * @param actor obeys; from its observation under an instruction to the room's actions
     * @param reporter says what was seen
     * @param instructionSteps the most environment steps of one instruction
     * @param nanos a monotonic clock in nanoseconds, for time-outs
     */
    public PlannerActorReporter(
            Planner<float[]> planner,
            Policy<float[], Integer> actor,
            Reporter reporter,
            int instructionSteps,
            LongSupplier nanos) {
        this.planner = Objects.requireNonNull(planner, "planner");
        this.actor = Objects.requireNonNull(actor, "actor");
        this.reporter = Objects.requireNonNull(reporter, "reporter");
        this.instructionSteps = instructionSteps;
        this.nanos = Objects.requireNonNull(nanos, "nanos");
    }

    /**
     * What came of one task.
     *
     * @param room the seed of the room, for {@link SecretRoom#reset}
     * @param planned whether the last object that the Planner wanted picked up is the one that the task means
     * @param success whether that object was picked up
     * @param steps environment steps
     * @param reports sentences of the Reporter
     * @param truths how many of them said of an object what is so
     * @param history what the Planner was told, oldest first
     * @param path the cells on which the Actor was, {@code row * SIZE + column}, from the start
     */
    public record Played(
            long room,
            boolean planned,
            boolean success,
            int steps,
            int reports,
            int truths,
            List<PlanEvent> history,
            List<Integer> path) {
        /** Copies. */
        public Played {
            history = List.copyOf(history);
            path = List.copyOf(path);
        }
    }

    /**
     * Plays one task.
     *
     * @param heldOut whether the objects are of held-out combinations
     * @param seed decides room, task and whatever is drawn
     * @return what came of it
     * @throws RuntimeException what the Planner threw, such as that its model cannot be reached: that is no failed task
     */
    public Played play(boolean heldOut, long seed) {
        RandomGenerator rng = new SplittableRandom(seed);
        SecretRoom room = new SecretRoom(heldOut);
        long roomSeed = rng.nextLong();
        RoomEpisode episode = new RoomEpisode(room, roomSeed, actor, instructionSteps, rng);
        List<Boolean> reports = new ArrayList<>();
        List<Skill<float[]>> skills = new ArrayList<>();
        for (Instruction.Verb verb : Instruction.Verb.values()) {
            skills.add(Skill.<float[]>named(verb.words(), "object").does((call, control) -> {
                SkillResult result = episode.obey(call, control);
                RoomObject examined = room.examined();
                if (!result.success() || examined == null) {
                    return result;
                }
                Reporter.Sentence said = reporter.report(episode.texture(), rng);
                reports.add(said.name().equals(room.secret(examined).name()));
                return new SkillResult(result.status(), said.about(examined.words()));
            }));
        }
        List<String> names = room.objects().stream().map(RoomObject::words).toList();
        SkillLibrary<float[]> library = new SkillLibrary<>(Map.of("object", names), Set.of(), skills);
        PlanOptions<float[]> options = PlanOptions.<float[]>defaults()
                .withGoal(state -> episode.over())
                .withSeed(seed);
        PlanReport report = new PlanRunner<>(library, planner, episode::seen, Runnable::run, nanos)
                .execute(room.task().text(), options)
                .join();
        if (report.failure().orElse(null) instanceof PlanFailure.Planning broken) {
            throw broken.cause();
        }
        String target = room.task().named().get(room.task().target()).words();
        return new Played(
                roomSeed,
                lastPickedUp(report.history()).equals(target),
                episode.success(),
                episode.steps(),
                reports.size(),
                (int) reports.stream().filter(so -> so).count(),
                report.history(),
                episode.path());
    }

    private static String lastPickedUp(List<PlanEvent> history) {
        String last = "";
        for (PlanEvent event : history) {
            SkillCall call = event.call();
            if (call != null && call.skill().equals(Instruction.Verb.PICK_UP.words())) {
                last = call.arguments().get(0);
            }
        }
        return last;
    }

    /**
     * The Actor's learner before its first step: proximal policy optimisation on instructions about objects of the combinations that
     * are not held out, with reward 1 where the instruction was done.
     *
     * @param config settings
     * @param seed decides everything
     * @return the learner, to be closed
     */
    public static Ppo<Integer> actor(ReporterConfig config, long seed) {
        return Ppo.categorical(
                config.actor(), () -> new ActorWorld(false, config.instructionSteps()), seed, Kernels.fastest());
    }

    /**
     * The Reporter's learner before its first sentence: proximal policy optimisation on the reward of whole tasks, with a
     * given Planner and Actor, which learn nothing. The untrained Reporter is its policy now.
     *
     * @param config settings
     * @param planner reads what the Reporter says
     * @param actor obeys
     * @param seed decides everything
     * @param steps is told the environment steps of every task, when it is over
     * @return the learner, to be closed
     */
    public static Ppo<Integer> reporter(
            ReporterConfig config,
            Planner<float[]> planner,
            Policy<float[], Integer> actor,
            long seed,
            LongConsumer steps) {
        return Ppo.categorical(
                config.reporter(),
                () -> new ReporterWorld(false, planner, actor, config.instructionSteps(), steps),
                seed,
                Kernels.fastest());
    }

    /**
     * The learner of the policy that does everything, before its first step: on the room and the task's reward.
     *
     * @param config settings
     * @param matches whether objects come in as matches with those that the task names, as the Actor has them; as their colours and
     *     shapes otherwise
     * @param budget environment steps
     * @param seed decides everything
     * @return the learner, to be closed
     */
    public static Ppo<Integer> flat(ReporterConfig config, boolean matches, long budget, long seed) {
        return Ppo.categorical(
                ReporterConfig.budget(config.flat(), budget),
                () -> new FlatWorld(false, seen(matches)),
                seed,
                Kernels.fastest());
    }

    private static FlatWorld.Seen seen(boolean matches) {
        return matches ? FlatWorld.Seen.MATCHES : FlatWorld.Seen.WORDS;
    }

    /**
     * Whether the policy that does everything fulfils a task: the same as {@link #play} has for the seed.
     *
     * @param policy the policy
     * @param matches as in {@link #flat}
     * @param heldOut whether the objects are of held-out combinations
     * @param seed decides room, task and actions
     * @return whether the right object was picked up
     */
    public static boolean playsFlat(Policy<float[], Integer> policy, boolean matches, boolean heldOut, long seed) {
        return succeeds(new FlatWorld(heldOut, seen(matches)), policy, seed);
    }

    /**
     * Whether the Actor does an instruction in a room that it has not seen.
     *
     * @param config settings
     * @param policy the Actor
     * @param heldOut whether the objects are of held-out combinations
     * @param seed decides room, instruction and actions
     * @return whether it was done in time
     */
    public static boolean obeys(ReporterConfig config, Policy<float[], Integer> policy, boolean heldOut, long seed) {
        return succeeds(new ActorWorld(heldOut, config.instructionSteps()), policy, seed);
    }

    private static boolean succeeds(Environment<float[], Integer> world, Policy<float[], Integer> policy, long seed) {
        RandomGenerator rng = new SplittableRandom(seed);
        float[] seen = world.reset(rng.nextLong());
        Step<float[]> step;
        do {
            step = world.step(policy.at(seen).sample(rng));
            seen = step.observation();
        } while (!step.ending().over());
        return step.reward() > 0;
    }
}
