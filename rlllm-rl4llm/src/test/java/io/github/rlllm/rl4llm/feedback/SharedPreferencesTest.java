package io.github.rlllm.rl4llm.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recorded preferences; the expected figures were counted apart from this code. */
class SharedPreferencesTest {
    private static final Path DATA = Path.of(System.getProperty("rlllm.golden", "golden"))
            .resolveSibling("data")
            .resolve("preferences");

    @TempDir
    private Path folder;

    @BeforeEach
    void theDataIsThere() {
        assumeTrue(Files.isDirectory(DATA), () -> "no folder " + DATA);
    }

    @Test
    void threeAnnotatorsOfPandaLm() throws IOException {
        List<Comparison> pairs = FeedbackFile.read(DATA.resolve("pandalm_human_pairs.jsonl"), Shape.VOTES)
                .comparisons();
        assertEquals(979, pairs.size());
        assertEquals(Set.of("1", "2", "3"), new FeedbackFile(pairs).annotators());
        Agreement all = Agreement.fleiss(pairs);
        assertEquals(0.9203268641470898, all.observed(), 1e-12);
        assertEquals(0.8648414991258326, all.kappa(), 1e-12);
        assertEquals(0.8541664080524489, Agreement.cohen(pairs, "1", "2").kappa(), 1e-12);
        assertEquals(0.8781118994303114, Agreement.cohen(pairs, "1", "3").kappa(), 1e-12);
        assertEquals(0.8623610561926103, Agreement.cohen(pairs, "2", "3").kappa(), 1e-12);
        PairAccuracy longer = PairAccuracy.ofLongerAnswer(pairs);
        assertEquals(877, longer.pairs());
        assertEquals(7, longer.ties());
        assertEquals(0.6676168757126568, longer.accuracy(), 1e-12);
    }

    @Test
    void harmlessnessWhereTheLongerAnswerIsWorseThanChance() throws IOException {
        FeedbackFile train = FeedbackFile.read(DATA.resolve("hh_harmless_filtered_train.jsonl"), Shape.PAIRS);
        FeedbackFile test = FeedbackFile.read(DATA.resolve("hh_harmless_filtered_test.jsonl"), Shape.PAIRS);
        assertEquals(new PairAccuracy(565, 5, 268.5 / 565), PairAccuracy.ofLongerAnswer(train.comparisons()));
        assertEquals(new PairAccuracy(138, 0, 52.0 / 138), PairAccuracy.ofLongerAnswer(test.comparisons()));
    }

    @Test
    void dialoguesWrittenAsTranscriptsReadAsTheirPairs() throws IOException {
        List<Comparison> pairs = FeedbackFile.read(DATA.resolve("hh_harmless_filtered_test.jsonl"), Shape.PAIRS)
                .comparisons();
        ObjectMapper json = new ObjectMapper();
        List<String> lines = new ArrayList<>();
        for (Comparison pair : pairs) {
            lines.add(json.writeValueAsString(Map.of(
                    "chosen", pair.prompt() + " " + pair.first(), "rejected", pair.prompt() + " " + pair.second())));
        }
        Path file = Files.write(folder.resolve("transcripts.jsonl"), lines);
        assertEquals(pairs, FeedbackFile.read(file, Shape.TRANSCRIPTS).comparisons());
    }
}
