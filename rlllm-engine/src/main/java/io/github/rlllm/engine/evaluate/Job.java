package io.github.rlllm.engine.evaluate;

import java.util.Objects;

/**
 * One candidate under one seed. Data alone, so that it can be sent to another machine; what it means is known to the
 * {@link Task} that runs it.
 *
 * @param candidate which candidate, 1 to 200 visible ASCII characters
 * @param seed decides all randomness of the job: equal jobs give equal figures wherever and in whatever order they run
 * @param payload what the task needs of the candidate, such as JSON; at most {@value #MAX_PAYLOAD} characters
 */
public record Job(String candidate, long seed, String payload) {
    /** The most characters of a payload. */
    public static final int MAX_PAYLOAD = 1 << 20;

    private static final int MAX_ID = 200;

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if the id is not of that form or the payload too long
     */
    public Job {
        Objects.requireNonNull(payload, "payload");
        if (candidate.isEmpty()
                || candidate.length() > MAX_ID
                || !candidate.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    "candidate: '" + candidate + "' (expected: 1 to " + MAX_ID + " visible ASCII characters)");
        }
        if (payload.length() > MAX_PAYLOAD) {
            throw new IllegalArgumentException(
                    "payload: " + payload.length() + " characters (expected: <= " + MAX_PAYLOAD + ")");
        }
    }

    /**
     * The job's name among the jobs of a batch.
     *
     * @return for example {@code round2-sample3#7}
     */
    public String id() {
        return candidate + "#" + seed;
    }
}
