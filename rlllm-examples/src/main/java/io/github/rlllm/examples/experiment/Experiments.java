package io.github.rlllm.examples.experiment;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.RunRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The paper's first three experiments in their order. Experiment 1 and, over its skills, experiment 2 run in one thread,
 * experiment 3 beside them in another: no figure depends on that, since they share nothing but {@link Shared}, which
 * experiment 3 does not use. The result of each is kept when it ends, and a resumed run does not repeat it.
 */
public final class Experiments {
    /**
     * One experiment.
     *
     * @param number its number in the paper
     * @param name its name in a few words
     * @param lane experiments of one lane run after one another, lanes side by side
     * @param make makes it over what the experiments of a run share
     */
    public record Entry(int number, String name, int lane, Function<Shared, Experiment> make) {}

    /** Those that exist, in order. One line each. */
    private static final List<Entry> ALL = List.of( //
            new Entry(1, "basic skills", 0, BasicSkills::new),
            new Entry(2, "instruction planning", 0, InstructionPlanning::new),
            new Entry(3, "feedback tuning", 1, shared -> new FeedbackTuning()));

    /** Which experiments a fault is injected into. */
    private static final Map<String, List<Integer>> FAULTS =
            Map.of("plan", List.of(2), "skills", List.of(1, 2), "reward", List.of(3));

    private final List<Entry> entries;
    private final LongSupplier nanos;

    /**
     * Experiments to run.
     *
     * @param entries which, in order
     * @param nanos a nanosecond clock, for the time that is reported
     */
    public Experiments(List<Entry> entries, LongSupplier nanos) {
        this.entries = List.copyOf(entries);
        this.nanos = nanos;
    }

    /**
     * All experiments.
     *
     * @return in order
     */
    public static List<Entry> all() {
        return ALL;
    }

    /**
     * Some of the experiments.
     *
     * @param numbers their numbers
     * @return in order
     * @throws IllegalArgumentException if a number is unknown or none is given
     */
    public static List<Entry> only(List<Integer> numbers) {
        TreeSet<Integer> known = new TreeSet<>();
        ALL.forEach(entry -> known.add(entry.number()));
        for (int number : numbers) {
            if (!known.contains(number)) {
                throw new IllegalArgumentException("only: " + number + " (expected: some of " + known + ")");
            }
        }
        return ALL.stream().filter(entry -> numbers.contains(entry.number())).toList();
    }

    /**
     * Refuses a fault that none of the experiments would inject, since the run would be a healthy one.
     *
     * @param fault its name, empty for none
     * @param entries what is to run
     * @throws IllegalArgumentException if so
     */
    public static void injectable(String fault, List<Entry> entries) {
        List<Integer> where = FAULTS.getOrDefault(fault, List.of());
        if (!where.isEmpty() && entries.stream().noneMatch(entry -> where.contains(entry.number()))) {
            throw new IllegalArgumentException(
                    "break: " + fault + " (expected: with one of the experiments " + where + ")");
        }
    }

    /**
     * Runs them.
     *
     * @param request how
     * @return the arms and aims of all, their names led by the experiment's number; an arm {@code diagnosis} says in how many
     *     of the seeds a failure signature was found
     * @throws IOException if a file cannot be read or the folder not written
     */
    public Result run(ExperimentRequest request) throws IOException {
        long start = nanos.getAsLong();
        if (!request.run().resume()) {
            Stages.remove(request.run().folder().resolve(ExperimentRequest.KEPT));
        }
        Shared shared = new Shared();
        List<Integer> lanes = entries.stream().map(Entry::lane).distinct().toList();
        AtomicBoolean failed = new AtomicBoolean();
        ExperimentRequest stoppable = stoppable(request, failed);
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, lanes.size()), work -> {
            Thread thread = new Thread(work, "experiments");
            thread.setDaemon(true);
            return thread;
        });
        try {
            CompletionService<List<Result>> ended = new ExecutorCompletionService<>(threads);
            List<Future<List<Result>>> byLane = new ArrayList<>();
            for (int lane : lanes) {
                byLane.add(ended.submit(lane(lane, shared, stoppable)));
            }
            for (int lane = 0; lane < lanes.size(); lane++) {
                ended.take().get(); // whichever fails first is told at once
            }
            List<List<Result>> done = new ArrayList<>();
            for (Future<List<Result>> future : byLane) {
                done.add(future.get());
            }
            return merge(request, lanes, done, (nanos.getAsLong() - start) / 1e9);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw rethrown(e);
        } finally {
            failed.set(true);
            threads.shutdownNow();
        }
    }

    /** The request, cancelled also where an experiment has failed. */
    private static ExperimentRequest stoppable(ExperimentRequest request, AtomicBoolean failed) {
        RunRequest run = request.run();
        Control control = () -> failed.get() || run.control().cancelled();
        return new ExperimentRequest(
                new RunRequest(run.seeds(), run.folder(), run.progress(), control, run.resume(), run.checkpointEvery()),
                request.broken(),
                request.instructions(),
                request.preferences());
    }

    private Callable<List<Result>> lane(int lane, Shared shared, ExperimentRequest request) {
        return () -> {
            List<Result> results = new ArrayList<>();
            for (Entry entry : entries) {
                if (entry.lane() == lane) {
                    String name = "experiment " + entry.number() + ", seeds 1 to "
                            + request.run().seeds();
                    // Of its own for each, since the lanes are threads.
                    Stages kept = request.kept(name, Map.of(), 0, nanos);
                    results.add(KeptResult.of(kept, "result", entry.make().apply(shared), request));
                }
            }
            return results;
        };
    }

    private Result merge(ExperimentRequest request, List<Integer> lanes, List<List<Result>> done, double seconds) {
        List<Arm> arms = new ArrayList<>();
        List<Aim> aims = new ArrayList<>();
        int[] next = new int[lanes.size()];
        for (Entry entry : entries) {
            int lane = lanes.indexOf(entry.lane());
            Result result = done.get(lane).get(next[lane]++);
            String prefix = entry.number() + ". ";
            result.arms().forEach(arm -> arms.add(new Arm(prefix + arm.name(), arm.model(), arm.metrics())));
            result.aims().forEach(aim -> aims.add(new Aim(prefix + aim.name(), aim.value(), aim.bound(), aim.holds())));
        }
        return new Result("experiments", request.run().seeds(), seconds, Provenance.thisMachine(), arms, aims);
    }

    /** Throws what an experiment threw, unwrapped. */
    private static IOException rethrown(ExecutionException wrapped) {
        Throwable cause = wrapped.getCause();
        if (cause instanceof UncheckedIOException && cause.getCause() instanceof IOException failure) {
            return failure;
        }
        if (cause instanceof RuntimeException failure) {
            throw failure;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException failure ? failure : new IOException(wrapped);
    }
}
