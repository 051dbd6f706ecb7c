package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.api.ScoringModel;
import io.github.rlllm.engine.decoding.SampleLimits;
import io.github.rlllm.engine.decoding.Sampler;
import io.github.rlllm.engine.decoding.SamplingConfig;
import io.github.rlllm.testkit.ScoringModelContract;
import io.github.rlllm.torch.checkpoint.Checkpoint;
import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scoring and greedy generation against what transformers computed in single precision. */
class CausalScorerGoldenTest {
    private static final double CLOSE = 5e-5;

    private final Path golden = Path.of(System.getProperty("rlllm.golden", "../shared/golden"));
    private TorchRuntime runtime;

    @BeforeEach
    void start() {
        Assumptions.assumeTrue(Files.isDirectory(golden), golden + " is not there");
        runtime = TorchRuntime.start();
    }

    private Tokenizer tokenizer(String name) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(golden.resolve("lm").resolve(name))) {
            return checkpoint.tokenizer().orElseThrow();
        }
    }

    private CausalLm model(String name) throws IOException {
        return CausalLm.open(runtime, golden.resolve("lm").resolve(name));
    }

    private JsonNode sequences(String name) throws IOException {
        return new ObjectMapper()
                .readTree(golden.resolve("lm")
                        .resolve(name)
                        .resolve("golden.json")
                        .toFile())
                .get("sequences");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "llama_rope3", "qwen2", "qwen3", "gemma3"})
    void greedyTokensAreThoseOfTransformersAndTheirLogProbsTheTrainers(String name) throws IOException {
        CausalLm model = model(name);
        CausalDecoder decoder = new CausalDecoder(model);
        Sampler greedy = new Sampler(SamplingConfig.greedy());
        for (JsonNode sequence : sequences(name)) {
            int[] prompt = ids(sequence.get("ids"));
            int[] expected = ids(sequence.at("/greedy/ids"));
            long before = decoder.tokensRead();
            var sample = greedy.sample(decoder, prompt, SampleLimits.of(expected.length), new SplittableRandom(1));
            assertArrayEquals(expected, sample.tokens());
            assertTrue(decoder.tokensRead() - before <= prompt.length + expected.length - 1, "each token is read once");
            int[] row = Arrays.copyOf(prompt, prompt.length + expected.length);
            System.arraycopy(expected, 0, row, prompt.length, expected.length);
            float[] trainer = model.logProbs(new int[][] {row}, Padding.RIGHT)[0];
            for (int t = 0; t < expected.length; t++) {
                assertEquals(trainer[prompt.length - 1 + t], sample.logProbs()[t], 1e-4, "old log-probability " + t);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "llama_rope3", "qwen2", "qwen3", "gemma3"})
    void everyPartOfATextHasTheLogProbsOfTransformers(String name) throws IOException {
        int checked = 0;
        try (Tokenizer tokenizer = tokenizer(name)) {
            CausalScorer scorer = new CausalScorer(model(name), tokenizer, name);
            for (JsonNode sequence : sequences(name)) {
                int[] ids = ids(sequence.get("ids"));
                String text = tokenizer.decode(ids, false);
                if (!Arrays.equals(ids, tokenizer.encode(text, true)) || !sequence.has("token_log_probs")) {
                    continue;
                }
                for (int cut = text.indexOf(' '); cut > 0; cut = text.indexOf(' ', cut + 1)) {
                    String context = text.substring(0, cut);
                    int known = tokenizer.encode(context, true).length;
                    if (known == 0 || !Arrays.equals(tokenizer.encode(context, true), Arrays.copyOf(ids, known))) {
                        continue;
                    }
                    double expected = 0;
                    for (int t = known; t < ids.length; t++) {
                        expected += sequence.get("token_log_probs").get(t - 1).doubleValue();
                    }
                    String rest = text.substring(cut);
                    assertEquals(ids.length - known, scorer.tokens(context, rest));
                    double found = scorer.logProbs(context, List.of(rest))[0];
                    assertEquals(expected, found, CLOSE * (ids.length - known), context + "|" + rest);
                    checked++;
                }
            }
            assertEquals(0, scorer.cost().forced());
        }
        assertTrue(checked >= 5, "parts checked: " + checked);
    }

    @Test
    void whatContinuationsShareAndWhatWasReadBeforeCostsNothing() throws IOException {
        try (Tokenizer tokenizer = tokenizer("llama")) {
            CausalScorer scorer = new CausalScorer(model("llama"), tokenizer, "llama");
            String context = "Put the red cup next to the";
            List<String> options = List.of(" red cup.", " red cup on the left", " red", " red cup.");
            scorer.logProbs(context, options);
            CausalScorer.Cost first = scorer.cost();
            int before = tokenizer.encode(context, true).length;
            long separate = options.stream()
                    .mapToLong(option -> before + scorer.tokens(context, option))
                    .sum();
            assertEquals(separate, first.separate());
            long longest = options.stream()
                    .mapToLong(option -> scorer.tokens(context, option))
                    .max()
                    .orElseThrow();
            assertTrue(first.read() <= before + longest, first + " (expected: read <= " + (before + longest) + ")");
            scorer.logProbs(context, options);
            assertEquals(first.read() - before + 1, scorer.cost().read() - first.read(), "only the tree and one token");
        }
    }

    @Test
    void manyContinuationsAreScoredInParts() throws IOException {
        try (Tokenizer tokenizer = tokenizer("llama")) {
            CausalScorer scorer = new CausalScorer(model("llama"), tokenizer, "llama");
            List<String> many = IntStream.range(0, 500)
                    .mapToObj(i -> " cup " + (7919 * i) % 100_000 + " on the left")
                    .toList();
            String context = "Put the red";
            long tokens = many.stream()
                    .mapToLong(each -> scorer.tokens(context, each))
                    .sum();
            assertTrue(tokens > 2 * 2048, "more than two parts: " + tokens);
            double[] found = scorer.logProbs(context, many);
            for (int i = 0; i < many.size(); i += 83) {
                assertEquals(scorer.logProbs(context, List.of(many.get(i)))[0], found[i], 1e-4, many.get(i));
            }
        }
    }

    @Nested
    class Contract extends ScoringModelContract {
        private Tokenizer opened;
        private ScoringModel scorer;

        @BeforeEach
        void open() throws IOException {
            // Windows, a tokenizer with byte fallback, and a token that begins a text.
            opened = tokenizer("gemma3");
            scorer = new CausalScorer(CausalScorerGoldenTest.this.model("gemma3"), opened, "gemma3");
        }

        @AfterEach
        void close() {
            opened.close();
        }

        @Override
        protected ScoringModel model() {
            return scorer;
        }

        @Override
        protected List<String> contexts() {
            return List.of("Put the red cup next to the", "Put the red", "A reward of one is given when the agent ");
        }

        @Override
        protected List<String> continuations() {
            return List.of(" red cup.", " red cup on the left", "s", " the agent can't", " red");
        }
    }

    private static int[] ids(JsonNode array) {
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = array.get(i).intValue();
        }
        return ids;
    }
}
