package io.github.rlllm.engine.run;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.Snapshot;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A long run that survives being killed at any moment: its parts (learner, environment, generators) are saved to
 * checkpoints as it goes, and a resumed run continues from the newest as the unbroken one would have, bit for bit on the
 * same JVM build and processor. Metrics go to {@code metrics.jsonl}. The loop stays the caller's:
 *
 * <pre>{@code
 * try (KeptRun run = KeptRun.open(folder, provenance, parts, true, KeptRun.EVERY, System::nanoTime)) {
 *     for (long step = run.step() + 1; step <= steps; step++) {
 *         run.log(step, Map.of("loss", learner.update()));
 *         run.updated(step);
 *     }
 *     run.finish(steps);
 * }
 * }</pre>
 *
 * <p>Confined to one thread; a lock keeps a second run out of the folder.
 */
public final class KeptRun implements AutoCloseable {
    /** A kill then costs about a second of work. */
    public static final Duration EVERY = Duration.ofSeconds(1);

    /** The file whose lock keeps a second run out. */
    static final String LOCK = "run.lock";

    private static final String FINAL = "final.json";
    private static final Logger LOG = LoggerFactory.getLogger(KeptRun.class);

    private final Map<String, Snapshot> parts;
    private final SaveTimer timer;
    /** Null where nothing is kept. */
    private final @Nullable Store store;

    private final long resumedAt;
    private final long opened;
    private long before;
    private long step;

    /** Where a run is kept, and what may go on there. */
    private record Store(
            RunFolder folder,
            Checkpoints checkpoints,
            MetricsLog metrics,
            FileChannel lock,
            String config,
            String machine) {}

    private KeptRun(
            Map<String, ? extends Snapshot> parts,
            SaveTimer timer,
            @Nullable Store store,
            Optional<Checkpoint> newest) {
        this.parts = new TreeMap<>(parts); // final.json has one order
        this.timer = timer;
        this.store = store;
        newest.ifPresent(this::restore);
        this.resumedAt = newest.isPresent() ? step : -1;
        this.opened = timer.now();
    }

    /**
     * Opens a run.
     *
     * @param folder where it is kept
     * @param provenance what runs; a checkpoint of other settings is refused
     * @param parts everything that changes as it runs, by name; restored by this call where the run is resumed
     * @param resume whether to go on from the newest checkpoint; without it, or where there is none, it starts at 0 and
     *     what an earlier run left is dropped
     * @param every the time between two checkpoints, such as {@link #EVERY}; longer where they would take over 2 % of
     *     the time
     * @param nanos a nanosecond clock, which decides when to save and nothing else
     * @return the run
     * @throws IOException if the folder cannot be written or is in use, or no checkpoint in it is whole
     * @throws IllegalArgumentException if the checkpoint is of other settings or other parts
     */
    public static KeptRun open(
            RunFolder folder,
            Provenance provenance,
            Map<String, ? extends Snapshot> parts,
            boolean resume,
            Duration every,
            LongSupplier nanos)
            throws IOException {
        return open(folder, provenance, parts, resume, new SaveTimer(every, nanos, Duration.ZERO));
    }

    /** A run that shares the time that checkpoints may take with others. */
    static KeptRun open(
            RunFolder folder,
            Provenance provenance,
            Map<String, ? extends Snapshot> parts,
            boolean resume,
            SaveTimer timer)
            throws IOException {
        FileChannel lock = lock(folder.file(LOCK));
        try {
            Checkpoints checkpoints = new Checkpoints(folder);
            Optional<Checkpoint> newest = resume ? checkpoints.newest() : Optional.empty();
            if (!resume) {
                checkpoints.clear();
            }
            MetricsLog metrics = MetricsLog.open(
                    folder.file("metrics.jsonl"),
                    newest.map(at -> at.longs("metrics")[0]).orElse(0L));
            String config = provenance.id() + " seed=" + provenance.seed() + " model=" + provenance.model() + " "
                    + new TreeMap<>(provenance.config());
            Store store = new Store(folder, checkpoints, metrics, lock, config, provenance.machine());
            return new KeptRun(parts, timer, store, newest);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * A run of which nothing is kept, for code that also runs without a folder. Saving it and logging to it do nothing.
     *
     * @return a run at step 0
     */
    public static KeptRun unkept() {
        return new KeptRun(Map.of(), new SaveTimer(EVERY, () -> 0, Duration.ZERO), null, Optional.empty());
    }

    /** Takes the lock of a run's folder. */
    static FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is locked by this process", file);
        }
        channel.close();
        throw new IOException(
                "folder: " + file.toAbsolutePath().getParent() + " (expected: not in use by another run)");
    }

    private void restore(Checkpoint at) {
        Store kept = Objects.requireNonNull(store);
        String folder = kept.folder().path().toAbsolutePath().toString();
        String then = text(at, "config");
        if (!then.equals(kept.config())) {
            throw new IllegalArgumentException("resume: a run of " + kept.config() + " (expected: of " + then
                    + ", as the checkpoint in " + folder + ")");
        }
        if (!text(at, "machine").equals(kept.machine())) {
            LOG.warn(
                    "resumed on {} what began on {}: it may differ in the last bit",
                    kept.machine(),
                    text(at, "machine"));
        }
        parts.forEach((name, part) -> part.restore(at.bytes("part." + name)));
        step = at.longs("step")[0];
        before = at.longs("elapsed")[0];
        LOG.info("{} resumed at step {}", folder, step);
    }

    private static String text(Checkpoint at, String name) {
        return new String(at.bytes(name), StandardCharsets.UTF_8);
    }

    /**
     * The last step whose update the parts hold.
     *
     * @return 0 for a new run
     */
    public long step() {
        return step;
    }

    /**
     * Appends metrics.
     *
     * @param at the step
     * @param values figures by name
     * @throws NotFiniteException if a figure is NaN or infinite
     * @throws IOException if they cannot be written
     */
    public void log(long at, Map<String, Double> values) throws IOException {
        if (store != null) {
            store.metrics().append(at, values);
        }
    }

    /**
     * Says that an update is complete, and saves where it is time to.
     *
     * @param at the step, above those before
     * @throws IOException if a checkpoint cannot be written
     */
    public void updated(long at) throws IOException {
        step = at;
        if (store != null && timer.due()) {
            save();
        }
    }

    /**
     * Saves now, for instance because the run was cancelled.
     *
     * @throws IOException if a checkpoint cannot be written
     */
    public void save() throws IOException {
        if (store == null) {
            return;
        }
        long begun = timer.now();
        Checkpoint.Builder state = new Checkpoint.Builder()
                .bytes("config", store.config().getBytes(StandardCharsets.UTF_8))
                .bytes("machine", store.machine().getBytes(StandardCharsets.UTF_8))
                .longs("step", step)
                .longs("elapsed", before + begun - opened)
                .longs("metrics", store.metrics().length());
        parts.forEach((name, part) -> state.bytes("part." + name, part.save()));
        store.metrics().force();
        store.checkpoints().save(state.build());
        timer.wrote(begun);
    }

    /**
     * Ends the run: saves, and writes {@code final.json} with the step and the SHA-256 of the metrics and of every part,
     * which are those of the unbroken run. A run that was resumed at its end is as it was.
     *
     * @param at the last step
     * @throws IOException if a file cannot be written
     */
    public void finish(long at) throws IOException {
        step = at;
        if (store == null || resumedAt == at && Files.exists(store.folder().file(FINAL))) {
            return;
        }
        save();
        long begun = timer.now();
        StringBuilder json = new StringBuilder("{\"step\":").append(at);
        byte[] lines = Files.readAllBytes(store.folder().file("metrics.jsonl"));
        json.append(",\"metrics\":\"").append(Hashes.sha256(lines)).append('"');
        parts.forEach((name, part) -> json.append(",\"")
                .append(name)
                .append("\":\"")
                .append(Hashes.sha256(part.save()))
                .append('"'));
        store.folder().write(FINAL, json.append("}\n").toString());
        timer.wrote(begun);
    }

    /**
     * The time that the run took, sittings that were broken off included up to the checkpoint that was gone on from.
     *
     * @return seconds
     */
    public double seconds() {
        return (before + (resumedAt == step ? 0 : timer.now() - opened)) / 1e9;
    }

    /**
     * The share of the time since the run was opened, or the first stage where it is one of several, that went into
     * checkpoints.
     *
     * @return 0 to 1
     */
    public double cost() {
        return timer.cost();
    }

    @Override
    public void close() {
        if (store == null) {
            return;
        }
        store.metrics().close();
        try {
            store.lock().close();
        } catch (IOException e) {
            LOG.debug("the lock of {} cannot be closed: {}", store.folder().path(), e.getMessage());
        }
    }
}
