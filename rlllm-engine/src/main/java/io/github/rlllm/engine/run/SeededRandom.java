package io.github.rlllm.engine.run;

import io.github.rlllm.api.Snapshot;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.core.RandomProviderDefaultState;
import org.apache.commons.rng.simple.RandomSource;

/**
 * A random generator (xoshiro256++) that can be saved and restored, so that a resumed run draws what the unbroken one
 * would have drawn. It is made from a seed and a label, and split by label for each use: a new use of randomness in one
 * place then shifts no other's numbers. Confined to one thread; splits are independent of each other.
 */
public final class SeededRandom implements RandomGenerator, Snapshot {
    private static final int KEY_BYTES = 32;

    private final byte[] key;
    private final RestorableUniformRandomProvider source;

    private SeededRandom(byte[] key) {
        this.key = key;
        ByteBuffer words = ByteBuffer.wrap(key);
        long[] seed = new long[KEY_BYTES / Long.BYTES];
        for (int i = 0; i < seed.length; i++) {
            seed[i] = words.getLong();
        }
        this.source = RandomSource.XO_SHI_RO_256_PP.create(seed);
    }

    /**
     * The generator of a seed and a use.
     *
     * @param seed any number
     * @param label what it is for, such as {@code replay}
     * @return a generator at its start
     */
    public static SeededRandom of(long seed, String label) {
        return new SeededRandom(
                hash(ByteBuffer.allocate(Long.BYTES).putLong(seed).array(), label));
    }

    /**
     * The generator of a part of this one's use. It depends on how this generator was made, not on what was drawn.
     *
     * @param label what it is for
     * @return a generator at its start
     */
    public SeededRandom split(String label) {
        return new SeededRandom(hash(key, label));
    }

    @Override
    public long nextLong() {
        return source.nextLong();
    }

    @Override
    public byte[] save() {
        return ((RandomProviderDefaultState) source.saveState()).getState();
    }

    @Override
    public void restore(byte[] state) {
        try {
            source.restoreState(new RandomProviderDefaultState(state));
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(
                    "state: " + state.length + " bytes (expected: the state of a xoshiro256++ generator)", e);
        }
    }

    private static byte[] hash(byte[] prefix, String label) {
        byte[] name = label.getBytes(StandardCharsets.UTF_8);
        byte[] all = ByteBuffer.allocate(prefix.length + name.length)
                .put(prefix)
                .put(name)
                .array();
        return Hashes.sha256(all, 0, all.length);
    }
}
