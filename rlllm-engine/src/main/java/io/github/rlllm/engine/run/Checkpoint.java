package io.github.rlllm.engine.run;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The state of a run as named sections of numbers and bytes. Immutable and thread-safe.
 *
 * <p>As bytes, all numbers big-endian: magic (8 bytes), format version (int), number of sections (int), then for each its
 * name (short length, UTF-8), kind (one byte: {@code F} float, {@code D} double, {@code L} long, {@code B} byte), number
 * of elements (int) and elements; at the end the SHA-256 of everything before.
 */
public final class Checkpoint {
    /** The version of the format that this class writes, and the only one that it reads. */
    static final int VERSION = 1;

    private static final long MAGIC = 0x524c4c4c4d435031L; // RLLLMCP1
    private static final int HEADER_BYTES = Long.BYTES + 2 * Integer.BYTES;
    private static final int HASH_BYTES = 32;

    private record Section(char kind, byte[] bytes) {}

    private final Map<String, Section> sections;

    private Checkpoint(Map<String, Section> sections) {
        this.sections = sections;
    }

    /**
     * The names of the sections.
     *
     * @return in the order in which they were written
     */
    public Set<String> names() {
        return sections.keySet();
    }

    /**
     * A section of floats.
     *
     * @param name its name
     * @return the numbers, the caller's
     * @throws IllegalArgumentException if there is no such section of floats
     */
    public float[] floats(String name) {
        ByteBuffer bytes = section(name, 'F');
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    /**
     * A section of doubles.
     *
     * @param name its name
     * @return the numbers, the caller's
     * @throws IllegalArgumentException if there is no such section of doubles
     */
    public double[] doubles(String name) {
        ByteBuffer bytes = section(name, 'D');
        double[] values = new double[bytes.remaining() / Double.BYTES];
        bytes.asDoubleBuffer().get(values);
        return values;
    }

    /**
     * A section of longs.
     *
     * @param name its name
     * @return the numbers, the caller's
     * @throws IllegalArgumentException if there is no such section of longs
     */
    public long[] longs(String name) {
        ByteBuffer bytes = section(name, 'L');
        long[] values = new long[bytes.remaining() / Long.BYTES];
        bytes.asLongBuffer().get(values);
        return values;
    }

    /**
     * A section of bytes.
     *
     * @param name its name
     * @return the bytes, the caller's
     * @throws IllegalArgumentException if there is no such section of bytes
     */
    public byte[] bytes(String name) {
        ByteBuffer bytes = section(name, 'B');
        byte[] values = new byte[bytes.remaining()];
        bytes.get(values);
        return values;
    }

    private ByteBuffer section(String name, char kind) {
        Section section = sections.get(name);
        if (section == null || section.kind() != kind) {
            throw new IllegalArgumentException("section: " + name + " of kind " + kind + " (expected: one of "
                    + sections.entrySet().stream()
                            .map(entry -> entry.getKey() + " of kind "
                                    + entry.getValue().kind())
                            .toList()
                    + ")");
        }
        return ByteBuffer.wrap(section.bytes());
    }

    /** This checkpoint with one more section of one number. */
    Checkpoint with(String name, long value) {
        Map<String, Section> more = new LinkedHashMap<>(sections);
        byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
        more.put(name, new Section('L', bytes));
        return new Checkpoint(more);
    }

    /**
     * The whole as bytes.
     *
     * @return bytes that belong to the caller
     */
    public byte[] encode() {
        long size = HEADER_BYTES + HASH_BYTES;
        for (Map.Entry<String, Section> entry : sections.entrySet()) {
            size += Short.BYTES
                    + utf8(entry.getKey()).length
                    + 1
                    + Integer.BYTES
                    + entry.getValue().bytes().length;
        }
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size));
        out.putLong(MAGIC).putInt(VERSION).putInt(sections.size());
        sections.forEach((name, section) -> {
            byte[] label = utf8(name);
            out.putShort((short) label.length).put(label).put((byte) section.kind());
            out.putInt(section.bytes().length / width(section.kind())).put(section.bytes());
        });
        return out.put(Hashes.sha256(out.array(), 0, out.position())).array();
    }

    /**
     * Reads what {@link #encode} wrote as the state of a {@link io.github.rlllm.api.Snapshot}.
     *
     * @param state from its save
     * @return the checkpoint
     * @throws IllegalArgumentException if it is not
     */
    public static Checkpoint ofState(byte[] state) {
        try {
            return decode(state);
        } catch (DamagedCheckpointException e) {
            throw new IllegalArgumentException("state: " + state.length + " bytes (expected: from save)", e);
        }
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param bytes the whole; not kept
     * @return the checkpoint
     * @throws DamagedCheckpointException if the bytes are cut, changed, or not a checkpoint of this version
     */
    public static Checkpoint decode(byte[] bytes) throws DamagedCheckpointException {
        if (bytes.length < HEADER_BYTES + HASH_BYTES) {
            throw new DamagedCheckpointException(
                    "size: " + bytes.length + " bytes (expected: >= " + (HEADER_BYTES + HASH_BYTES) + ")");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, bytes.length - HASH_BYTES);
        if (in.getLong() != MAGIC) {
            throw new DamagedCheckpointException("the file does not begin as a checkpoint does");
        }
        int version = in.getInt();
        if (version != VERSION) {
            throw new DamagedCheckpointException("version: " + version + " (expected: " + VERSION + ")");
        }
        byte[] hash = Arrays.copyOfRange(bytes, bytes.length - HASH_BYTES, bytes.length);
        if (!Arrays.equals(hash, Hashes.sha256(bytes, 0, bytes.length - HASH_BYTES))) {
            throw new DamagedCheckpointException("checksum: not that of the " + bytes.length + " bytes");
        }
        try {
            return new Checkpoint(sections(in));
        } catch (BufferUnderflowException e) {
            throw new DamagedCheckpointException("the file ends inside a section");
        }
    }

    private static Map<String, Section> sections(ByteBuffer in) throws DamagedCheckpointException {
        Map<String, Section> sections = new LinkedHashMap<>();
        for (int left = in.getInt(); left > 0; left--) {
            byte[] label = new byte[Short.toUnsignedInt(in.getShort())];
            in.get(label);
            String name = new String(label, StandardCharsets.UTF_8);
            char kind = (char) in.get();
            int count = in.getInt();
            long size = (long) count * width(kind);
            // Checked against what is there before anything is allocated for it.
            if (size == 0 && count != 0 || size < 0 || size > in.remaining()) {
                throw new DamagedCheckpointException("section " + name + ": " + count + " elements of kind " + kind
                        + " (expected: at most the " + in.remaining() + " bytes left)");
            }
            byte[] content = new byte[(int) size];
            in.get(content);
            sections.put(name, new Section(kind, content));
        }
        if (in.hasRemaining()) {
            throw new DamagedCheckpointException(in.remaining() + " bytes after the last section (expected: none)");
        }
        return sections;
    }

    /** Bytes of an element; 0 for an unknown kind. */
    private static int width(char kind) {
        return switch (kind) {
            case 'F' -> Float.BYTES;
            case 'D' -> Double.BYTES;
            case 'L' -> Long.BYTES;
            case 'B' -> 1;
            default -> 0;
        };
    }

    private static byte[] utf8(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    /** Collects the sections of a checkpoint. Confined to one thread. */
    public static final class Builder {
        private final Map<String, Section> sections = new LinkedHashMap<>();

        /**
         * Adds floats.
         *
         * @param name the section's name, new in this checkpoint
         * @param values the numbers; copied
         * @return this
         */
        public Builder floats(String name, float[] values) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
            bytes.asFloatBuffer().put(values);
            return add(name, 'F', bytes.array());
        }

        /**
         * Adds doubles.
         *
         * @param name the section's name, new in this checkpoint
         * @param values the numbers; copied
         * @return this
         */
        public Builder doubles(String name, double... values) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Double.BYTES));
            bytes.asDoubleBuffer().put(values);
            return add(name, 'D', bytes.array());
        }

        /**
         * Adds longs.
         *
         * @param name the section's name, new in this checkpoint
         * @param values the numbers; copied
         * @return this
         */
        public Builder longs(String name, long... values) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Long.BYTES));
            bytes.asLongBuffer().put(values);
            return add(name, 'L', bytes.array());
        }

        /**
         * Adds bytes.
         *
         * @param name the section's name, new in this checkpoint
         * @param values the bytes; copied
         * @return this
         */
        public Builder bytes(String name, byte[] values) {
            return add(name, 'B', values.clone());
        }

        private Builder add(String name, char kind, byte[] bytes) {
            if (name.isEmpty() || utf8(name).length > 0xffff || sections.containsKey(name)) {
                throw new IllegalArgumentException("name: '" + name
                        + "' (expected: new, of 1 to 65535 bytes; there are " + sections.keySet() + ")");
            }
            sections.put(name, new Section(kind, bytes));
            return this;
        }

        /**
         * The checkpoint.
         *
         * @return what was added
         */
        public Checkpoint build() {
            return new Checkpoint(new LinkedHashMap<>(sections));
        }
    }
}
