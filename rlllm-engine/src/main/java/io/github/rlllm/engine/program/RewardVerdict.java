package io.github.rlllm.engine.program;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * What became of a source that was compiled and tried, as a line for people and programs.
 *
 * @param accepted whether it compiled and ran on every row that was tried
 * @param text {@code accepted}, {@code rejected line:column reason}, {@code stopped fuel}, {@code stopped index REASON},
 *     {@code stopped integer REASON} or {@code non-finite REASON}
 * @param findings what is to be known about an accepted one, may be empty
 */
public record RewardVerdict(boolean accepted, String text, List<RewardAudit.Finding> findings) {
    private static final int ROWS = 512;

    /** Copies the findings. */
    public RewardVerdict {
        findings = List.copyOf(findings);
    }

    /**
     * Compiles a source and tries it on {@value #ROWS} rows, see {@link RewardAudit}.
     *
     * @param schema what it may read
     * @param source the text
     * @param random draws the rows
     * @return the verdict
     */
    public static RewardVerdict of(RewardSchema schema, String source, RandomGenerator random) {
        return RewardCompiler.compile(schema, source)
                .fold(
                        program -> tried(RewardAudit.audit(program, random, ROWS)),
                        reason -> new RewardVerdict(false, "rejected " + reason, List.of()));
    }

    private static RewardVerdict tried(RewardAudit.Report report) {
        RewardFailure failure = report.failure();
        if (failure == null) {
            return new RewardVerdict(true, "accepted", report.findings());
        }
        String text = switch (failure.kind()) {
            case FUEL -> "stopped fuel";
            case NON_FINITE -> "non-finite " + failure.getMessage();
            case INDEX, INTEGER ->
                "stopped " + failure.kind().name().toLowerCase(Locale.ROOT) + " " + failure.getMessage();
        };
        return new RewardVerdict(false, text, report.findings());
    }

    /**
     * The verdict with its findings on one line.
     *
     * @return {@link #text}, and where there are findings these in brackets, such as {@code accepted [constant: 1.0 ...]}
     */
    public String line() {
        if (findings.isEmpty()) {
            return text;
        }
        return text
                + findings.stream()
                        .map(finding -> finding.kind().name().toLowerCase(Locale.ROOT) + ": " + finding.message())
                        .collect(Collectors.joining("; ", " [", "]"));
    }
}
