package io.github.rlllm.llm4rl.proxyreward;

/** No answer to a question could be read, and the configuration says to stop. */
public final class UnreadableAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableAnswerException(String reason) {
        super(reason);
    }
}
