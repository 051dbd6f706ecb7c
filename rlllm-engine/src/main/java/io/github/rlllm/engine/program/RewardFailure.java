package io.github.rlllm.engine.program;

/**
 * A reward program that was stopped while it ran: its work exceeded the fuel, or a value is none. The message is meant for
 * whoever wrote the program. Carries no stack trace, because a search may meet millions.
 */
public final class RewardFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a program was stopped. */
    public enum Kind {
        /** More loop iterations and helper calls than {@link RewardCompiler#FUEL}. */
        FUEL,
        /** The total or a component is NaN or infinite. */
        NON_FINITE,
        /** An index outside its array. */
        INDEX,
        /** Integer arithmetic that leaves the 32-bit range, or an integer division by zero. */
        INTEGER
    }

    private final Kind kind;

    RewardFailure(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    /**
     * Why.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }
}
