package io.github.rlllm.engine.lm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EncoderHeadTest {
    @Test
    void findsTheMaximumLikelihoodWhereItIsKnown() {
        // The feature is constant, so that the head can only learn the frequencies 3/4 and 1/4.
        float[][] x = {{1}, {1}, {1}, {1}};
        EncoderHead head = EncoderHead.fit(x, new int[] {0, 0, 0, 1}, 2, new EncoderHead.Config(1e-5, 500));
        assertArrayEquals(new double[] {Math.log(0.75), Math.log(0.25)}, head.logProbs(new float[] {1}), 3e-3);
    }

    @Test
    void separatesWhatIsSeparable() {
        float[][] x = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
        EncoderHead head = EncoderHead.fit(x, new int[] {2, 0, 1}, 3, EncoderHead.Config.defaults());
        assertTrue(head.logProbs(x[0])[2] > Math.log(0.9));
        assertTrue(head.logProbs(x[1])[0] > Math.log(0.9));
        assertTrue(head.logProbs(x[2])[1] > Math.log(0.9));
    }

    @Test
    void aStrongerPenaltyIsLessSure() {
        float[][] x = {{1, 0}, {0, 1}};
        int[] y = {0, 1};
        double weak = EncoderHead.fit(x, y, 2, EncoderHead.Config.defaults()).logProbs(x[0])[0];
        double strong = EncoderHead.fit(x, y, 2, EncoderHead.Config.defaults().withL2(1))
                .logProbs(x[0])[0];
        assertTrue(strong < weak);
    }

    @Test
    void isReadAsItWasWritten() throws IOException {
        float[][] x = {{1, 0, .5f}, {0, 1, 0}, {0, 0, 1}};
        EncoderHead head = EncoderHead.fit(x, new int[] {2, 0, 1}, 3, EncoderHead.Config.defaults());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        head.write(new DataOutputStream(bytes));
        EncoderHead read = EncoderHead.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertArrayEquals(head.logProbs(x[0]), read.logProbs(x[0]), 0);
        byte[] half = Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2);
        assertThrows(IOException.class, () -> EncoderHead.read(new DataInputStream(new ByteArrayInputStream(half))));
    }

    @Test
    void refusesAtTheDoor() {
        float[][] x = {{1, 0}, {0, 1}};
        assertThrows(
                IllegalArgumentException.class,
                () -> EncoderHead.fit(x, new int[] {0}, 2, EncoderHead.Config.defaults()));
        EncoderHead head = EncoderHead.fit(x, new int[] {0, 1}, 2, EncoderHead.Config.defaults());
        assertEquals(
                "features: 1 (expected: 2)",
                assertThrows(IllegalArgumentException.class, () -> head.logProbs(new float[1]))
                        .getMessage());
        assertEquals(
                "l2: -1.0 (expected: >= 0)",
                assertThrows(IllegalArgumentException.class, () -> new EncoderHead.Config(-1, 1))
                        .getMessage());
    }
}
