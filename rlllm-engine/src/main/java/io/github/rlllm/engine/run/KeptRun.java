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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
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

    /** A checkpoint is put off while it would bring the share of the time that checkpoints took above this. */
    private static final double MOST_COST = 0.02;

    private static final Logger LOG = LoggerFactory.getLogger(KeptRun.class);

    private final RunFolder folder;
    private final Map<String, Snapshot> parts;
    private final long everyNanos;
    private final LongSupplier nanos;
    private final String config;
    private final String machine;
    private final Checkpoints checkpoints;
    private final FileChannel lock;
    private final MetricsLog metrics;
    private final long start;
    private long step;
    private long saved;
    private long lastCost;
    private long allCost;

    private KeptRun(
            RunFolder folder,
            Provenance provenance,
            Map<String, ? extends Snapshot> parts,
            boolean resume,
            Duration every,
            LongSupplier nanos,
            FileChannel lock)
            throws IOException {
        this.folder = folder;
        this.parts = new LinkedHashMap<>(parts);
        this.everyNanos = every.toNanos();
        this.nanos = nanos;
        this.config = provenance.id() + " seed=" + provenance.seed() + " model=" + provenance.model() + " "
                + new TreeMap<>(provenance.config());
        this.machine = provenance.machine();
        this.checkpoints = new Checkpoints(folder);
        this.lock = lock;
        Optional<Checkpoint> newest = resume ? checkpoints.newest() : Optional.empty();
        if (!resume) {
            checkpoints.clear();
        }
        this.metrics = MetricsLog.open(
                folder.file("metrics.jsonl"),
                newest.map(at -> at.longs("metrics")[0]).orElse(0L));
        newest.ifPresent(this::restore);
        this.start = nanos.getAsLong();
        this.saved = start;
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
        FileChannel lock = lock(folder);
        try {
            return new KeptRun(folder, provenance, parts, resume, every, nanos, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel lock(RunFolder folder) throws IOException {
        Path file = folder.file("run.lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is locked by this process", file);
        }
        channel.close();
        throw new IOException("folder: " + folder.path().toAbsolutePath() + " (expected: not in use by another run)");
    }

    private void restore(Checkpoint at) {
        String then = text(at, "config");
        if (!then.equals(config)) {
            throw new IllegalArgumentException("resume: a run of " + config + " (expected: of " + then
                    + ", as the checkpoint in " + folder.path().toAbsolutePath() + ")");
        }
        if (!text(at, "machine").equals(machine)) {
            LOG.warn("resumed on {} what began on {}: it may differ in the last bit", machine, text(at, "machine"));
        }
        parts.forEach((name, part) -> part.restore(at.bytes("part." + name)));
        step = at.longs("step")[0];
        LOG.info("resumed at step {}", step);
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
        metrics.append(at, values);
    }

    /**
     * Says that an update is complete, and saves where it is time to.
     *
     * @param at the step, above those before
     * @throws IOException if a checkpoint cannot be written
     */
    public void updated(long at) throws IOException {
        step = at;
        long now = nanos.getAsLong();
        // The next may take longer than the last, since replay memories grow.
        boolean cheap = allCost + 1.5 * lastCost <= MOST_COST * (now - start);
        if (now - saved >= everyNanos && cheap) {
            save();
        }
    }

    /** Saves now, for instance because the run was cancelled. */
    public void save() throws IOException {
        long before = nanos.getAsLong();
        Checkpoint.Builder state = new Checkpoint.Builder()
                .bytes("config", config.getBytes(StandardCharsets.UTF_8))
                .bytes("machine", machine.getBytes(StandardCharsets.UTF_8))
                .longs("step", step)
                .longs("metrics", metrics.length());
        parts.forEach((name, part) -> state.bytes("part." + name, part.save()));
        metrics.force();
        checkpoints.save(state.build());
        saved = nanos.getAsLong();
        lastCost = saved - before;
        allCost += lastCost;
    }

    /**
     * Ends the run: saves, and writes {@code final.json} with the step and the SHA-256 of the metrics and of every part,
     * which are those of the unbroken run.
     *
     * @param at the last step
     * @throws IOException if a file cannot be written
     */
    public void finish(long at) throws IOException {
        step = at;
        save();
        StringBuilder json = new StringBuilder("{\"step\":").append(at);
        byte[] lines = Files.readAllBytes(folder.file("metrics.jsonl"));
        json.append(",\"metrics\":\"").append(Hashes.sha256(lines)).append('"');
        parts.forEach((name, part) -> json.append(",\"")
                .append(name)
                .append("\":\"")
                .append(Hashes.sha256(part.save()))
                .append('"'));
        folder.write("final.json", json.append("}\n").toString());
    }

    /**
     * The share of the time since the run was opened that went into checkpoints.
     *
     * @return 0 to 1
     */
    public double cost() {
        return allCost / (double) Math.max(1, nanos.getAsLong() - start);
    }

    @Override
    public void close() {
        metrics.close();
        try {
            lock.close();
        } catch (IOException e) {
            LOG.debug("the lock of {} cannot be closed: {}", folder.path(), e.getMessage());
        }
    }
}
