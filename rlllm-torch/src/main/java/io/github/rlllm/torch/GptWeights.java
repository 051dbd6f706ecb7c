package io.github.rlllm.torch;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The weights of a {@link TinyGpt} in Java arrays, the form in which they are drawn, updated, saved and compared.
 *
 * <p>Tensors in order: token embedding [V, D] (also the output projection), position embedding [C, D]; for each layer
 * norm gain and bias [D], attention in [3D, D] and [3D], attention out [D, D] and [D], norm gain and bias [D], perceptron
 * up [4D, D] and [4D], down [D, 4D] and [D]; the last norm's gain and bias [D]; the scalar head [1, D] and [1]. A linear
 * map is [out, in], row-major. Not thread-safe.
 */
public final class GptWeights {
    static final int PER_LAYER = 12;
    static final int FIRST_LAYER = 2;

    private final GptConfig config;
    private final long[][] shapes;
    private final float[][] tensors;

    private GptWeights(GptConfig config, float[][] tensors) {
        this.config = config;
        this.shapes = shapes(config);
        this.tensors = tensors;
    }

    /**
     * Draws weights: embeddings normal with deviation .02 as in GPT-2; maps normal with deviation 1 / sqrt(inputs), since
     * .02 starts a narrow model too flat (those back into the residual stream divided by sqrt(2 layers)); gains 1, biases
     * and the scalar head 0.
     *
     * @param config the shape
     * @param rng the source of randomness
     * @return new weights
     */
    public static GptWeights draw(GptConfig config, RandomGenerator rng) {
        long[][] shapes = shapes(config);
        float[][] tensors = new float[shapes.length][];
        int head = shapes.length - 2;
        for (int i = 0; i < shapes.length; i++) {
            tensors[i] = new float[size(shapes[i])];
            int kind = i < FIRST_LAYER ? -1 : (i - FIRST_LAYER) % PER_LAYER;
            boolean gain = i < head && i >= FIRST_LAYER && shapes[i].length == 1 && (kind == 0 || kind == 6);
            if (gain) {
                Arrays.fill(tensors[i], 1f);
            } else if (shapes[i].length == 2 && i != head) {
                boolean back = kind == 4 || kind == 10;
                double map = 1 / Math.sqrt((back ? 2.0 * config.layers() : 1) * shapes[i][1]);
                double deviation = kind < 0 ? 0.02 : map;
                for (int j = 0; j < tensors[i].length; j++) {
                    tensors[i][j] = (float) (deviation * rng.nextGaussian());
                }
            }
        }
        return new GptWeights(config, tensors);
    }

    private static long[][] shapes(GptConfig c) {
        long d = c.width();
        List<long[]> shapes = new ArrayList<>();
        shapes.add(new long[] {c.vocabulary(), d});
        shapes.add(new long[] {c.context(), d});
        for (int layer = 0; layer < c.layers(); layer++) {
            shapes.add(new long[] {d});
            shapes.add(new long[] {d});
            shapes.add(new long[] {3 * d, d});
            shapes.add(new long[] {3 * d});
            shapes.add(new long[] {d, d});
            shapes.add(new long[] {d});
            shapes.add(new long[] {d});
            shapes.add(new long[] {d});
            shapes.add(new long[] {4 * d, d});
            shapes.add(new long[] {4 * d});
            shapes.add(new long[] {d, 4 * d});
            shapes.add(new long[] {d});
        }
        shapes.add(new long[] {d});
        shapes.add(new long[] {d});
        shapes.add(new long[] {1, d});
        shapes.add(new long[] {1});
        return shapes.toArray(long[][]::new);
    }

    private static int size(long[] shape) {
        long size = 1;
        for (long n : shape) {
            size *= n;
        }
        return Math.toIntExact(size);
    }

    /**
     * The shape of the model.
     *
     * @return the shape
     */
    public GptConfig config() {
        return config;
    }

    /**
     * The number of parameters.
     *
     * @return the sum over all tensors
     */
    public int parameters() {
        return Arrays.stream(tensors).mapToInt(t -> t.length).sum();
    }

    /**
     * Independent weights of the same values.
     *
     * @return a copy
     */
    public GptWeights copy() {
        return new GptWeights(config, Arrays.stream(tensors).map(float[]::clone).toArray(float[][]::new));
    }

    /**
     * The weights with a scalar head that says nothing yet.
     *
     * @return a copy whose scalar head is 0
     */
    public GptWeights withoutScalars() {
        GptWeights copy = copy();
        for (int i = tensors.length - 2; i < tensors.length; i++) {
            Arrays.fill(copy.tensors[i], 0f);
        }
        return copy;
    }

    /**
     * The SHA-256 over all numbers, big-endian, in the order of the tensors.
     *
     * @return 64 hexadecimal digits
     */
    public String sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (float[] tensor : tensors) {
                ByteBuffer bytes = ByteBuffer.allocate(4 * tensor.length);
                bytes.asFloatBuffer().put(tensor);
                digest.update(bytes.array());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: missing (expected: every JDK has it)", e);
        }
    }

    /**
     * Writes all numbers.
     *
     * @param out where to
     * @throws IOException if it cannot be written
     */
    public void write(DataOutput out) throws IOException {
        out.writeInt(parameters());
        for (float[] tensor : tensors) {
            writeFloats(out, tensor);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param config the shape, equal to that of the writer
     * @param in where from
     * @return the weights, bit for bit
     * @throws IOException if it cannot be read or has another number of parameters
     */
    public static GptWeights read(GptConfig config, DataInput in) throws IOException {
        long[][] shapes = shapes(config);
        float[][] tensors = new float[shapes.length][];
        int found = in.readInt();
        int expected = 0;
        for (long[] shape : shapes) {
            expected += size(shape);
        }
        if (found != expected) {
            throw new IOException("parameters: " + found + " (expected: " + expected + ", those of " + config + ")");
        }
        for (int i = 0; i < shapes.length; i++) {
            tensors[i] = readFloats(in, size(shapes[i]));
        }
        return new GptWeights(config, tensors);
    }

    static void writeFloats(DataOutput out, float[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        bytes.asFloatBuffer().put(values);
        out.write(bytes.array());
    }

    static float[] readFloats(DataInput in, int n) throws IOException {
        byte[] bytes = new byte[4 * n];
        in.readFully(bytes);
        float[] values = new float[n];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
        return values;
    }

    /** The tensors themselves, in order. */
    float[][] tensors() {
        return tensors;
    }

    long[] shape(int tensor) {
        return shapes[tensor];
    }
}
