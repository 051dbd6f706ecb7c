package io.github.rlllm.cluster;

import io.github.rlllm.engine.evaluate.JobJson;
import java.io.NotSerializableException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Messages as bytes: the number of fields, then each as its length and its UTF-8, jobs and evaluations as JSON. Anything
 * that is not exactly that is refused: an unknown manifest, a length that does not fit, bytes left over, malformed UTF-8
 * or JSON, more than {@value #MAX_BYTES} bytes.
 */
public final class WireSerializer extends SerializerWithStringManifest {
    /** The most bytes of a message. */
    public static final int MAX_BYTES = 2 << 20;

    static final int IDENTIFIER = 735_501;

    private static final String ORDER = "order/1";
    private static final String CLAIM = "claim/1";
    private static final String GRANTED = "granted/1";
    private static final String STOP = "stop/1";
    private static final String ANSWER = "answer/1";
    private static final String TAKEN = "taken/1";

    /** Made by Pekko, by name. */
    public WireSerializer() {}

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        if (message instanceof Message.Order) {
            return ORDER;
        } else if (message instanceof Message.Claim) {
            return CLAIM;
        } else if (message instanceof Message.Granted) {
            return GRANTED;
        } else if (message instanceof Message.Stop) {
            return STOP;
        } else if (message instanceof Message.Answer) {
            return ANSWER;
        } else if (message instanceof Message.Taken) {
            return TAKEN;
        }
        throw new IllegalArgumentException("message: " + message.getClass() + " (expected: one of ours)");
    }

    @Override
    public byte[] toBinary(Object message) {
        byte[] bytes;
        if (message instanceof Message.Order order) {
            bytes = write(
                    Long.toString(order.batch()),
                    order.driver(),
                    order.task(),
                    JobJson.write(order.limits()),
                    JobJson.write(order.job()));
        } else if (message instanceof Message.Claim claim) {
            bytes = write(Long.toString(claim.batch()), claim.job(), claim.worker());
        } else if (message instanceof Message.Granted granted) {
            bytes = write(Long.toString(granted.batch()), granted.job());
        } else if (message instanceof Message.Stop stop) {
            bytes = write(Long.toString(stop.batch()), stop.job());
        } else if (message instanceof Message.Answer answer) {
            bytes = write(Long.toString(answer.batch()), answer.worker(), JobJson.write(answer.evaluation()));
        } else if (message instanceof Message.Taken taken) {
            bytes = write(Long.toString(taken.batch()), taken.job());
        } else {
            throw new IllegalArgumentException("message: " + message.getClass() + " (expected: one of ours)");
        }
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("message: " + bytes.length + " bytes (expected: <= " + MAX_BYTES + ")");
        }
        return bytes;
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        try {
            if (bytes.length > MAX_BYTES) {
                throw new IllegalArgumentException("more than " + MAX_BYTES + " bytes");
            }
            switch (manifest) {
                case ORDER -> {
                    String[] fields = read(bytes, 5);
                    return new Message.Order(
                            Long.parseLong(fields[0]),
                            fields[1],
                            fields[2],
                            JobJson.limits(fields[3]),
                            JobJson.job(fields[4]));
                }
                case CLAIM -> {
                    String[] fields = read(bytes, 3);
                    return new Message.Claim(Long.parseLong(fields[0]), fields[1], fields[2]);
                }
                case GRANTED -> {
                    String[] fields = read(bytes, 2);
                    return new Message.Granted(Long.parseLong(fields[0]), fields[1]);
                }
                case STOP -> {
                    String[] fields = read(bytes, 2);
                    return new Message.Stop(Long.parseLong(fields[0]), fields[1]);
                }
                case ANSWER -> {
                    String[] fields = read(bytes, 3);
                    return new Message.Answer(Long.parseLong(fields[0]), fields[1], JobJson.evaluation(fields[2]));
                }
                case TAKEN -> {
                    String[] fields = read(bytes, 2);
                    return new Message.Taken(Long.parseLong(fields[0]), fields[1]);
                }
                default -> throw new IllegalArgumentException("unknown manifest");
            }
        } catch (IllegalArgumentException | BufferUnderflowException | CharacterCodingException e) {
            throw new NotSerializableException(
                    "message: '" + manifest + "' of " + bytes.length + " bytes (expected: one of ours): " + e);
        }
    }

    private static byte[] write(String... fields) {
        byte[][] encoded = new byte[fields.length][];
        int size = Integer.BYTES;
        for (int i = 0; i < fields.length; i++) {
            encoded[i] = fields[i].getBytes(StandardCharsets.UTF_8);
            size = Math.addExact(size, Integer.BYTES + encoded[i].length);
        }
        ByteBuffer out = ByteBuffer.allocate(size).putInt(fields.length);
        for (byte[] field : encoded) {
            out.putInt(field.length).put(field);
        }
        return out.array();
    }

    private static String[] read(byte[] bytes, int count) throws CharacterCodingException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt() != count) {
            throw new IllegalArgumentException("other than " + count + " fields");
        }
        String[] fields = new String[count];
        for (int i = 0; i < count; i++) {
            int length = in.getInt();
            if (length < 0 || length > in.remaining()) {
                throw new IllegalArgumentException("field " + i + " of " + length + " bytes");
            }
            ByteBuffer field = in.slice(in.position(), length);
            fields[i] = StandardCharsets.UTF_8.newDecoder().decode(field).toString();
            in.position(in.position() + length);
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes left over");
        }
        return fields;
    }
}
