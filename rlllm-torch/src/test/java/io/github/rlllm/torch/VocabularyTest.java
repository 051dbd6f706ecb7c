package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class VocabularyTest {
    private final Vocabulary words = new Vocabulary(List.of("the", "room", "."));

    @Test
    void encodesAndDecodes() {
        assertEquals(8, words.size());
        assertArrayEquals(new int[] {5, 6, 7}, words.encode("  The room."));
        assertArrayEquals(new int[] {5, Vocabulary.UNKNOWN}, words.encode("the cellar"));
        assertArrayEquals(new int[0], words.encode(" "));
        assertEquals("the room .", words.decode(new int[] {Vocabulary.BEGIN, 5, 6, 7, Vocabulary.END}));
    }

    @Test
    void aTextCannotSmuggleInATokenWithAMeaningOfItsOwn() {
        assertArrayEquals(new int[] {Vocabulary.UNKNOWN, Vocabulary.UNKNOWN}, words.encode("<part> <END>"));
    }

    @Test
    void aWordTwiceIsRefused() {
        assertEquals(
                "word 6: a (expected: each once)",
                assertThrows(IllegalArgumentException.class, () -> new Vocabulary(List.of("a", "a")))
                        .getMessage());
    }
}
