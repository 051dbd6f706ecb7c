package io.github.rlllm.api;

import java.util.random.RandomGenerator;

/** Texts of at most a number of UTF-16 units. */
record TextSpace(int maxLength) implements Space<String> {
    TextSpace {
        if (maxLength < 0) {
            throw new IllegalArgumentException("maxLength: " + maxLength + " (expected: >= 0)");
        }
    }

    @Override
    public boolean contains(String value) {
        return value.length() <= maxLength;
    }

    @Override
    public String sample(RandomGenerator rng) {
        StringBuilder text = new StringBuilder();
        // In long, since maxLength + 1 overflows for the space of all texts.
        int length = (int) Math.min(rng.nextLong(maxLength + 1L), 1 << 16);
        while (text.length() < length) {
            text.append((char) ('a' + rng.nextInt(26)));
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return "text(" + maxLength + ")";
    }
}
