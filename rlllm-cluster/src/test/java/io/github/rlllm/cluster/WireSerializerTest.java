package io.github.rlllm.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.evaluate.Evaluation;
import io.github.rlllm.engine.evaluate.Figures;
import io.github.rlllm.engine.evaluate.Job;
import io.github.rlllm.engine.evaluate.Limits;
import io.github.rlllm.engine.evaluate.Outcome;
import io.github.rlllm.engine.run.SeededRandom;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.pekko.serialization.DisabledJavaSerializer;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.Test;

class WireSerializerTest {
    private final WireSerializer serializer = new WireSerializer();

    private static List<Message> messages() {
        Figures figures = new Figures(
                Map.of("score", -0.0, "least", Double.MIN_VALUE),
                Map.of("r", List.of(1e300, 0.1)),
                Map.of("note", "gr\u00fc\u00dfe \ud83d\ude00 \" \\ \n"));
        return List.of(
                new Message.Order(
                        3,
                        "pekko://rlllm@127.0.0.1:7400/user#1",
                        "trial",
                        Limits.defaults(),
                        new Job("c1", Long.MIN_VALUE, "return x;\n")),
                new Message.Claim(3, "c1#4", "pekko://rlllm@127.0.0.1:1/user#1"),
                new Message.Granted(3, "c1#4"),
                new Message.Stop(3, "c1#4"),
                new Message.Answer(4, "w", new Evaluation("c1", 4, new Outcome.Finished(figures, 7))),
                new Message.Answer(
                        4, "w", new Evaluation("c1", 4, new Outcome.Failed(Outcome.Reason.DIVERGED, 9, "loss", "NaN"))),
                new Message.Taken(5, "c1#4"));
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        for (Message message : messages()) {
            assertEquals(message, serializer.fromBinary(serializer.toBinary(message), serializer.manifest(message)));
        }
    }

    @Test
    void anythingElseIsRefused() throws Exception {
        SeededRandom rng = SeededRandom.of(1, "damage");
        int refused = 0;
        for (int trial = 0; trial < 4_000; trial++) {
            Message message = messages().get(trial % messages().size());
            byte[] bytes = serializer.toBinary(message);
            if (trial % 2 == 0) {
                bytes = Arrays.copyOf(bytes, rng.nextInt(bytes.length));
            } else {
                bytes[rng.nextInt(bytes.length)] ^= (byte) (1 << rng.nextInt(8));
            }
            try {
                // A flipped bit inside a text may give another text: a message of ours all the same.
                assertInstanceOf(Message.class, serializer.fromBinary(bytes, serializer.manifest(message)));
                assertTrue(trial % 2 == 1, "a part of a message is none");
            } catch (NotSerializableException e) {
                refused++;
            }
        }
        assertTrue(refused > 2_000, "refused: " + refused);
        byte[] stop = serializer.toBinary(new Message.Stop(1, "a#1"));
        assertThrows(NotSerializableException.class, () -> serializer.fromBinary(stop, "stop/2"));
        assertThrows(NotSerializableException.class, () -> serializer.fromBinary(stop, "taken/2"));
        assertThrows(NotSerializableException.class, () -> serializer.fromBinary(stop, "order/1"));
        assertThrows(
                NotSerializableException.class,
                () -> serializer.fromBinary(new byte[WireSerializer.MAX_BYTES + 1], "stop/1"));
        assertThrows(IllegalArgumentException.class, () -> serializer.toBinary("text"));
        assertThrows(IllegalArgumentException.class, () -> serializer.manifest("text"));
        String large = "\u20ac".repeat(Job.MAX_PAYLOAD);
        assertThrows(
                IllegalArgumentException.class,
                () -> serializer.toBinary(new Message.Order(1, "d", "t", Limits.defaults(), new Job("c", 1, large))));
    }

    @Test
    void noJavaObjectIsWrittenOrRead() throws Exception {
        try (Driver driver = Driver.start(ClusterTest.free(), null, Duration.ofSeconds(3))) {
            Serialization pekko = SerializationExtension.get(driver.system());
            assertEquals(
                    WireSerializer.class,
                    pekko.serializerFor(Message.Stop.class).getClass());
            assertEquals(
                    DisabledJavaSerializer.class,
                    pekko.serializerFor(Date.class).getClass());
            assertTrue(pekko.serialize(new Date(0)).isFailure());
            ByteArrayOutputStream object = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(object)) {
                out.writeObject(new Date(0));
            }
            // 1 is the identifier of Java serialisation.
            assertTrue(pekko.deserialize(object.toByteArray(), 1, "").isFailure());
            assertTrue(pekko.deserialize(object.toByteArray(), WireSerializer.IDENTIFIER, "java.util.Date")
                    .isFailure());
            assertTrue(driver.system()
                    .settings()
                    .config()
                    .getStringList("pekko.remote.deployment.allowed-actor-classes")
                    .isEmpty());
        }
    }
}
