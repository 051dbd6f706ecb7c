package io.github.rlllm.engine.run;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The stages of a long run, each a {@link KeptRun} in a folder of its own: where the run is resumed, a stage that ended is
 * not repeated, and one that was broken off goes on at its newest checkpoint. A stage is asked for in the same way in both
 * cases, and its loop decides by {@link KeptRun#step}:
 *
 * <pre>{@code
 * try (KeptRun run = stages.open("pre-training", Map.of("model", model, "texts", rng))) {
 *     for (long step = run.step(); step < steps; step++) {
 *         model.update(text(rng));
 *         run.updated(step + 1);
 *     }
 *     run.finish(steps);
 * }
 * }</pre>
 *
 * <p>Checkpoints of all stages together take at most 2 % of the time, or of a minute where that is longer, apart from
 * the one that ends a stage. Confined to one thread, with all that {@link #of} gave.
 */
public final class Stages {
    /** What has stages takes longer than this. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private final @Nullable Path folder;
    private final @Nullable Provenance provenance;
    private final boolean resume;
    private final SaveTimer timer;

    private Stages(@Nullable Path folder, @Nullable Provenance provenance, boolean resume, SaveTimer timer) {
        this.folder = folder;
        this.provenance = provenance;
        this.resume = resume;
        this.timer = timer;
    }

    /**
     * Stages that are kept.
     *
     * @param folder where; a folder of its own, which is removed with all that is in it unless the run is resumed
     * @param provenance what runs; a checkpoint of other settings is refused
     * @param resume whether to go on from what is there
     * @param every the time between two checkpoints, such as {@link KeptRun#EVERY}
     * @param nanos a nanosecond clock, which decides when to save and nothing else
     * @return the stages
     * @throws IOException if the folder cannot be removed
     */
    public static Stages in(Path folder, Provenance provenance, boolean resume, Duration every, LongSupplier nanos)
            throws IOException {
        if (!resume) {
            remove(folder);
        }
        return new Stages(folder, provenance, resume, new SaveTimer(every, nanos, LONG));
    }

    /**
     * Stages of which nothing is kept.
     *
     * @return the stages
     */
    public static Stages none() {
        return new Stages(null, null, false, new SaveTimer(KeptRun.EVERY, () -> 0, LONG));
    }

    /**
     * Removes a folder with all that is in it.
     *
     * @param folder the folder; it need not exist
     * @throws IOException if it cannot be removed, or a run in it is at work
     */
    public static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            List<Path> all;
            try (Stream<Path> found = Files.walk(folder)) {
                all = found.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : all) {
                if (path.endsWith(KeptRun.LOCK)) {
                    KeptRun.lock(path).close();
                }
            }
            for (Path path : all) {
                Files.delete(path);
            }
        }
    }

    /**
     * Stages within a stage, whose names need to be distinct only among themselves.
     *
     * @param name of letters, digits, blanks, commas, colons and hyphens
     * @return the stages
     */
    public Stages of(String name) {
        return new Stages(folder == null ? null : folder.resolve(checked(name)), provenance, resume, timer);
    }

    /**
     * Opens a stage.
     *
     * @param name of letters, digits, blanks, commas, colons and hyphens; new among those of this object
     * @param parts everything that changes as it runs, by name; restored by this call
     * @return the stage, to be closed before the next is opened
     * @throws IOException if the folder cannot be written or is in use, or no checkpoint in it is whole
     * @throws IllegalArgumentException if the checkpoint is of other settings or other parts
     */
    public KeptRun open(String name, Map<String, ? extends Snapshot> parts) throws IOException {
        if (folder == null || provenance == null) {
            return KeptRun.unkept();
        }
        return KeptRun.open(RunFolder.open(folder.resolve(checked(name))), provenance, parts, resume, timer);
    }

    /**
     * Numbers that are computed at once and kept.
     *
     * @param name as in {@link #open}
     * @param compute computes them; should take at most seconds, as nothing is saved meanwhile
     * @return what was computed, by this run or the one that is resumed
     * @throws IOException as {@link #open}
     */
    public double[] once(String name, Supplier<double[]> compute) throws IOException {
        KeptList<Double> numbers = KeptList.ofDoubles();
        try (KeptRun run = open(name, Map.of("numbers", numbers))) {
            if (run.step() == 0) {
                for (double number : compute.get()) {
                    numbers.add(number);
                }
                run.finish(1);
            }
        }
        return numbers.elements().stream().mapToDouble(Double::doubleValue).toArray();
    }

    /**
     * Bytes that are computed at once and kept, such as what was made of a stage.
     *
     * @param name as in {@link #open}
     * @param compute computes them; should take at most seconds, as nothing is saved meanwhile
     * @return what was computed, by this run or the one that is resumed
     * @throws IOException as {@link #open}
     */
    public byte[] onceBytes(String name, Supplier<byte[]> compute) throws IOException {
        KeptList<byte[]> bytes = new KeptList<>(
                (out, value) -> {
                    out.writeInt(value.length);
                    out.write(value);
                },
                in -> {
                    byte[] value = new byte[in.readInt()];
                    in.readFully(value);
                    return value;
                });
        try (KeptRun run = open(name, Map.of("bytes", bytes))) {
            if (run.step() == 0) {
                bytes.add(compute.get());
                run.finish(1);
            }
        }
        return bytes.elements().get(0);
    }

    /**
     * The share of the time since these stages were made that went into checkpoints.
     *
     * @return 0 to 1
     */
    public double cost() {
        return timer.cost();
    }

    private static String checked(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9 ,:-]*")) {
            throw new IllegalArgumentException(
                    "name: '" + name + "' (expected: letters, digits, blanks, commas, colons and hyphens)");
        }
        return name.replaceAll("[ ,:]+", "-");
    }
}
