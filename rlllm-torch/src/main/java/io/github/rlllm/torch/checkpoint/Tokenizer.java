package io.github.rlllm.torch.checkpoint;

import io.github.rlllm.engine.decoding.TokenBytes;

/** Text to tokens and back, as the checkpoint was trained. Thread-safe until it is closed. */
public interface Tokenizer extends AutoCloseable {
    /**
     * The number of tokens.
     *
     * @return tokens are 0 to this less 1
     */
    int size();

    /**
     * The tokens of a text.
     *
     * @param text any text; special tokens spelled in it are recognised, so text of others must be freed of them before
     * @param special whether what begins (and, for some models, ends) a text is added
     * @return the tokens
     */
    int[] encode(String text, boolean special);

    /**
     * The text of tokens.
     *
     * @param tokens each from 0 to {@link #size} less 1
     * @param special whether special tokens are spelled out rather than left out
     * @return the text; bytes that are no UTF-8 become U+FFFD
     */
    String decode(int[] tokens, boolean special);

    /**
     * What each token spells within a text: a blank at its beginning counts, which {@link #decode} of some families leaves out
     * where the text begins.
     *
     * @return the vocabulary in bytes; special tokens spell nothing
     */
    TokenBytes spelled();

    @Override
    void close();
}
