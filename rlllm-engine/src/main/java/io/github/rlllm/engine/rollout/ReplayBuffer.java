package io.github.rlllm.engine.rollout;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Snapshot;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A ring of the newest transitions in columns (Lin 1992; Mnih et al. 2015), from which batches are drawn uniformly with
 * replacement, over n steps if wanted. It keeps references: an observation array that was added must never change, and
 * the next observation of one step may be the same array as the observation of the following one. Confined to one
 * thread.
 */
public final class ReplayBuffer implements Snapshot {
    private static final int MAGIC = 0x52504c31;
    private static final int HEADER_BYTES = 5 * Integer.BYTES;
    private static final int TRANSITION_BYTES = 3 * Integer.BYTES + Double.BYTES + 1;
    private static final Ending[] ENDINGS = Ending.values();

    private final float[][] observations;
    private final int[] actions;
    private final double[] rewards;
    private final byte[] endings;
    private final float[][] nextObservations;
    private int next;
    private int size;

    /**
     * An empty buffer.
     *
     * @param capacity the most transitions that are kept, at least 1; the oldest are overwritten
     * @throws IllegalArgumentException if the capacity is below 1
     */
    public ReplayBuffer(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: >= 1)");
        }
        observations = new float[capacity][];
        actions = new int[capacity];
        rewards = new double[capacity];
        endings = new byte[capacity];
        nextObservations = new float[capacity][];
    }

    /**
     * Adds one step. Steps of one episode are added in order, episode after episode, because returns over several steps
     * run along the order of adding until an ending.
     *
     * @param observation what was seen; kept, not copied
     * @param action what was done
     * @param reward what was earned
     * @param nextObservation what followed, at an ending the last observation of the episode; kept, not copied
     * @param ending how the step left the episode
     */
    public void add(float[] observation, int action, double reward, float[] nextObservation, Ending ending) {
        observations[next] = observation;
        actions[next] = action;
        rewards[next] = reward;
        nextObservations[next] = nextObservation;
        endings[next] = (byte) ending.ordinal();
        next = (next + 1) % actions.length;
        size = Math.min(size + 1, actions.length);
    }

    /**
     * The number of transitions kept.
     *
     * @return from 0 to the capacity
     */
    public int size() {
        return size;
    }

    /**
     * The most transitions that are kept.
     *
     * @return at least 1
     */
    public int capacity() {
        return actions.length;
    }

    /**
     * Draws a batch uniformly with replacement. Each transition runs over at most n steps: it stops at an ending and at
     * the newest step kept. After a termination it is not bootstrapped, otherwise it is, from the last observation it
     * reached (van Seijen, in Sutton and Barto, 2nd ed., section 7.1).
     *
     * @param rng the source of randomness, one draw a transition
     * @param n the number of steps, at least 1
     * @param gamma the discount, from 0 to 1
     * @param batch is filled
     * @throws IllegalStateException if the buffer is empty
     * @throws IllegalArgumentException if n or gamma is outside its range
     */
    public void sample(RandomGenerator rng, int n, double gamma, Transitions batch) {
        if (size == 0) {
            throw new IllegalStateException("size: 0 (expected: at least one transition)");
        }
        if (n < 1 || !(gamma >= 0 && gamma <= 1)) {
            throw new IllegalArgumentException("n, gamma: " + n + ", " + gamma + " (expected: >= 1, from 0 to 1)");
        }
        for (int i = 0; i < batch.size(); i++) {
            gather(rng.nextInt(size), n, gamma, batch, i);
        }
    }

    /** Puts the transition that starts {@code age} steps after the oldest into row i. */
    void gather(int age, int n, double gamma, Transitions batch, int i) {
        int oldest = size < actions.length ? 0 : next;
        int at = wrapped(oldest + age);
        batch.observations[i] = observations[at];
        batch.actions[i] = actions[at];
        double sum = rewards[at];
        double discount = gamma;
        int steps = Math.min(n, size - age);
        for (int k = 1; k < steps && ENDINGS[endings[at]] == Ending.NONE; k++) {
            at = wrapped(at + 1);
            sum += discount * rewards[at];
            discount *= gamma;
        }
        batch.rewards[i] = sum;
        batch.discounts[i] = ENDINGS[endings[at]] == Ending.TERMINATED ? 0 : discount;
        batch.nextObservations[i] = nextObservations[at];
    }

    private int wrapped(int index) {
        return index < actions.length ? index : index - actions.length;
    }

    /**
     * Everything as bytes. Observations of equal content are written once, so that small worlds make small checkpoints.
     */
    @Override
    public byte[] save() {
        Distinct distinct = new Distinct(2 * size);
        int[] from = new int[size];
        int[] to = new int[size];
        for (int i = 0; i < size; i++) {
            // Successive steps usually share an array, and then need no second look-up.
            boolean shared = i > 0 && observations[i] == nextObservations[i - 1];
            from[i] = shared ? to[i - 1] : distinct.indexOf(observations[i]);
            to[i] = distinct.indexOf(nextObservations[i]);
        }
        long bytes = HEADER_BYTES + (long) size * TRANSITION_BYTES;
        for (float[] observation : distinct.rows) {
            bytes += Integer.BYTES + (long) observation.length * Float.BYTES;
        }
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(bytes));
        out.putInt(MAGIC).putInt(actions.length).putInt(size).putInt(next).putInt(distinct.rows.size());
        for (float[] observation : distinct.rows) {
            out.putInt(observation.length);
            out.asFloatBuffer().put(observation);
            out.position(out.position() + observation.length * Float.BYTES);
        }
        for (int i = 0; i < size; i++) {
            out.putInt(from[i])
                    .putInt(actions[i])
                    .putDouble(rewards[i])
                    .put(endings[i])
                    .putInt(to[i]);
        }
        return out.array();
    }

    /** The different observations in the order in which they were met: a hash table with open addressing. */
    private static final class Distinct {
        final List<float[]> rows = new ArrayList<>();
        private final int[] slots;

        Distinct(int most) {
            slots = new int[Integer.highestOneBit(Math.max(8, most)) * 2];
        }

        int indexOf(float[] row) {
            int at = hash(row) & (slots.length - 1);
            while (slots[at] > 0) {
                if (Arrays.equals(rows.get(slots[at] - 1), row)) {
                    return slots[at] - 1;
                }
                at = (at + 1) & (slots.length - 1);
            }
            rows.add(row);
            slots[at] = rows.size();
            return rows.size() - 1;
        }

        /** Two independent sums, because one is a chain of multiplications that each wait for the last. */
        private static int hash(float[] row) {
            int even = 1;
            int odd = row.length;
            int k = 0;
            for (; k < row.length - 1; k += 2) {
                even = 31 * even + Float.floatToRawIntBits(row[k]);
                odd = 31 * odd + Float.floatToRawIntBits(row[k + 1]);
            }
            int last = k < row.length ? Float.floatToRawIntBits(row[k]) : 0;
            int hash = (even + 17 * odd + last) * 0x9E3779B9;
            return hash ^ hash >>> 16;
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if they are not of a buffer of this capacity; it is then unusable
     */
    @Override
    public void restore(byte[] state) {
        ByteBuffer in = ByteBuffer.wrap(state);
        try {
            int magic = in.getInt();
            int capacity = in.getInt();
            int saved = in.getInt();
            int position = in.getInt();
            if (magic != MAGIC || capacity != actions.length || saved > capacity || position >= capacity) {
                throw new IllegalArgumentException("replay: capacity " + capacity + ", size " + saved
                        + " (expected: capacity " + actions.length + ", from save)");
            }
            float[][] distinct = new float[in.getInt()][];
            for (int d = 0; d < distinct.length; d++) {
                distinct[d] = new float[in.getInt()];
                in.asFloatBuffer().get(distinct[d]);
                in.position(in.position() + distinct[d].length * Float.BYTES);
            }
            for (int i = 0; i < saved; i++) {
                observations[i] = distinct[in.getInt()];
                actions[i] = in.getInt();
                rewards[i] = in.getDouble();
                endings[i] = in.get();
                nextObservations[i] = distinct[in.getInt()];
            }
            size = saved;
            next = position;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("replay: " + state.length + " bytes, cut off (expected: from save)", e);
        }
    }
}
