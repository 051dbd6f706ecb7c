package io.github.rlllm.engine.world;

import io.github.rlllm.engine.world.EnvironmentChecker.Finding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was found so far, and which call of the environment is under way: written by the thread that checks, read by the
 * one that waits for it.
 */
final class FindingLog {
    /** Thrown into the checking thread once nobody waits for it any more. */
    static final class ClosedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final Pattern INDEX = Pattern.compile("\\d+");

    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> kinds = new HashSet<>();
    private boolean closed;
    private long calls;
    private String current = "start";

    /** Adds a finding, unless one of the same kind (the same but for numbers in the method) is there. */
    synchronized void add(String method, String value, String expected) {
        if (closed) {
            throw new ClosedException();
        }
        if (kinds.add(INDEX.matcher(method).replaceAll("#") + "|" + expected)) {
            findings.add(new Finding(method, value, expected));
        }
    }

    /** Calls the environment: what it throws, and null, become findings and the answer null. */
    <T> @Nullable T call(String method, String expected, Supplier<? extends @Nullable T> call) {
        enter(method);
        T answer;
        try {
            answer = call.get();
        } catch (ClosedException e) {
            throw e;
        } catch (Throwable e) {
            add(method, "threw " + e, expected);
            return null;
        }
        if (answer == null) {
            add(method, "null", expected);
        }
        return answer;
    }

    /** Calls the environment where an exception is expected: what it threw, null if nothing. */
    @Nullable
    Throwable thrownBy(String method, Runnable call) {
        enter(method);
        try {
            call.run();
            return null;
        } catch (ClosedException e) {
            throw e;
        } catch (Throwable e) {
            return e;
        }
    }

    synchronized void enter(String method) {
        if (closed) {
            throw new ClosedException();
        }
        calls++;
        current = method;
    }

    synchronized long calls() {
        return calls;
    }

    synchronized String current() {
        return current;
    }

    /** What was found; nothing is added after it. */
    synchronized List<Finding> close() {
        closed = true;
        return List.copyOf(findings);
    }
}
