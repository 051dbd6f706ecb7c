package io.github.rlllm.engine.program;

/** What is wrong with a source, and where. Ends as the reason of a rejection. */
final class SourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SourceException(Place place, String reason) {
        super(place + " " + reason, null, false, false);
    }
}
