package io.github.rlllm.examples.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.llm4rl.design.CandidateRecord;
import io.github.rlllm.llm4rl.design.Trace;
import io.github.rlllm.llm4rl.design.Trained;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RankCorrelationTest {
    private static CandidateRecord record(double score, double[] total, double... metric) {
        return new CandidateRecord(
                "c",
                "p",
                CandidateRecord.Verdict.TRAINED,
                "",
                score,
                0,
                Map.of(),
                List.of(Trace.of(Trained.TOTAL, total), Trace.of(Trained.METRIC, metric)));
    }

    @Test
    void overCandidatesTheLastTotalIsHeldAgainstTheScore() {
        List<CandidateRecord> rising = List.of(
                record(0.1, new double[] {9, 1}, 0),
                record(0.2, new double[] {5, 2}, 0),
                record(0.3, new double[] {1, 3}, 0));
        assertEquals(1, RankCorrelation.overCandidates(rising).orElseThrow(), 1e-12);
        CandidateRecord failed =
                CandidateRecord.failed("f", "p", CandidateRecord.Verdict.REJECTED, "1:1 unknown (expected: known)");
        assertTrue(RankCorrelation.overCandidates(List.of(rising.get(0), rising.get(1), failed))
                .isEmpty());
    }

    @Test
    void overCheckpointsItIsTheMeanOfThoseThatVary() {
        List<CandidateRecord> records = List.of(
                record(0, new double[] {1, 2, 3}, 0.1, 0.2, 0.3),
                record(0, new double[] {1, 2, 3}, 0.3, 0.2, 0.1),
                record(0, new double[] {1, 2, 3}, 0.1, 0.3, 0.2),
                record(0, new double[] {1, 2, 3}, 0, 0, 0));
        assertEquals((1 - 1 + 0.5) / 3, RankCorrelation.overCheckpoints(records).orElseThrow(), 1e-12);
        assertTrue(RankCorrelation.overCheckpoints(records.subList(3, 4)).isEmpty());
    }
}
