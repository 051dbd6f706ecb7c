package io.github.rlllm.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.PreferenceFile;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CausalReward;
import io.github.rlllm.torch.ChatTemplate;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.checkpoint.Checkpoint;
import io.github.rlllm.torch.checkpoint.CheckpointWriter;
import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FeedbackCommandTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicInteger looks = new AtomicInteger();

    private int feedback(String typed, String... args) {
        out.reset();
        err.reset();
        Terminal terminal = new Terminal(
                List.of(args),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                System::nanoTime,
                () -> Instant.EPOCH,
                () -> looks.incrementAndGet() > 1);
        return new CommandLine(
                        new FeedbackCommand(terminal, new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8))))
                .execute(args);
    }

    private Path pairs(int count) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append("{\"prompt\":\"The room was dirty\",\"first\":\"Sorry about the room.\",\"second\":\"Glad ")
                    .append("glad ".repeat(i))
                    .append("\"}\n");
        }
        return Files.writeString(folder.resolve("pairs.jsonl"), lines);
    }

    @Test
    void whatAPersonSaysOnTheConsoleFeedsTheRewardModel() throws IOException {
        Path answers = folder.resolve("answers.jsonl");
        String[] command = {"--pairs", pairs(14).toString(), "--out", answers.toString(), "--console", "--by", "ada"};
        assertEquals(0, feedback("1\n".repeat(5), command));
        assertTrue(out.toString(StandardCharsets.UTF_8).endsWith("5 of 14 judged, in " + answers + "\n"));
        Files.writeString(answers, Files.readString(answers) + "{\"pair\":\"12");
        assertEquals(0, feedback("2\n".repeat(8) + "t\nq\n", command));
        assertEquals(
                answers + ": a cut last line of 11 bytes was dropped; its pair is asked again\n",
                err.toString(StandardCharsets.UTF_8));
        // 13 preferences are three too few for experiment 3, which counts neither the tie nor the cut line.
        Files.writeString(
                answers,
                Files.readString(answers)
                        + "{\"prompt\":\"the room\",\"chosen\":\"sorry\",\"rejected\":\"glad\"}\n".repeat(3));
        assertEquals(16, PreferenceFile.read(answers, new HotelReplies()).lines());
    }

    @Test
    void agreementIsSaidBesideTheLongerAnswer() throws IOException {
        String line = "{\"prompt\":\"p\",\"chosen\":\"%s\",\"rejected\":\"%s\",\"by\":\"%s\"}\n";
        Path file = folder.resolve("pairs.jsonl");
        Files.writeString(
                file,
                line.formatted("long", "no", "ada")
                        + line.formatted("long", "no", "bob")
                        + line.formatted("longer", "never", "bob")
                        + line.formatted("never", "longer", "ada")
                        + line.formatted("a", "bc", "cleo")
                        + "{\"prompt\":\"q\",\"first\":\"a\",\"second\":\"b\"}\n");
        assertEquals(0, feedback("", "--pairs", file.toString(), "--agreement"));
        assertEquals("""
                4 comparisons of 2 prompts, 3 named annotators: 2 preferences, 0 ties, 1 without a majority, 1 not judged
                Fleiss' kappa of all: -0.333 (observed 0.500, chance 0.625, 2 comparisons)
                Cohen's kappa of ada and bob: 0.000 (observed 0.500, chance 0.500, 2 comparisons)
                Cohen's kappa of ada and cleo: no comparison in common
                Cohen's kappa of bob and cleo: no comparison in common
                accuracy of the longer answer: 0.500 of 2, 0 equally long
                """, out.toString(StandardCharsets.UTF_8));
        Files.writeString(file, "{\"prompt\":\"q\",\"first\":\"a\",\"second\":\"b\"}\n");
        assertEquals(0, feedback("", "--pairs", file.toString(), "--agreement"));
        assertTrue(
                out.toString(StandardCharsets.UTF_8)
                        .endsWith(
                                "agreement: no comparison has two votes\naccuracy of the longer answer: nothing was preferred\n"));
    }

    /** A recorded model with a score head that was drawn: what it says is noise, and the same in both ways of asking. */
    @Test
    void aRewardModelIsJudgedByEachAnnotator() throws Exception {
        Path golden = Path.of(System.getProperty("rlllm.golden", "../shared/golden"));
        Assumptions.assumeTrue(Files.isDirectory(golden), golden + " is not there");
        Path model = rewardModel(golden.resolve("lm/llama"));
        Path file = folder.resolve("pairs.jsonl");
        String line = "{\"prompt\":\"p%d\",\"chosen\":\"%s\",\"rejected\":\"%s\",\"by\":\"%s\"}\n";
        StringBuilder lines = new StringBuilder();
        int right = 0;
        try (Checkpoint checkpoint = Checkpoint.open(model);
                Tokenizer tokenizer = checkpoint.tokenizer().orElseThrow()) {
            CausalReward reward =
                    new CausalReward(CausalLm.open(TorchRuntime.start(), model), tokenizer, ChatTemplate.TRANSCRIPT);
            for (int i = 0; i < 6; i++) {
                String shorter = "cup " + i;
                String longer = "a red cup " + i;
                right += reward.applyAsDouble("p" + i, longer) > reward.applyAsDouble("p" + i, shorter) ? 1 : 0;
                lines.append(line.formatted(i, longer, shorter, "ada"));
                lines.append(line.formatted(i, i < 2 ? shorter : longer, i < 2 ? longer : shorter, "bob"));
            }
        }
        Files.writeString(file, lines);
        String[] command = {
            "--pairs", file.toString(), "--agreement", "--reward", model.toString(), "--template", "transcript"
        };
        assertEquals(0, feedback("", command), err.toString(StandardCharsets.UTF_8));
        String said = out.toString(StandardCharsets.UTF_8);
        assertTrue(said.contains("\nall: accuracy of the reward model "), said);
        String ada = String.format(Locale.ROOT, "by ada: accuracy of the reward model %.3f (", right / 6.0);
        assertTrue(said.contains(ada), said);
        assertTrue(said.contains(" of 6, of the longer answer 1.000\nby bob: accuracy of the reward model "), said);
        assertTrue(said.contains(" of 6, of the longer answer 0.667\nwhere the longer was preferred: "), said);
        assertTrue(feedback("", "--pairs", file.toString(), "--out", "x", "--reward", model.toString()) != 0);
    }

    private Path rewardModel(Path from) throws IOException {
        Path to = Files.createDirectory(folder.resolve("model"));
        Files.copy(from.resolve("tokenizer.json"), to.resolve("tokenizer.json"));
        String config = Files.readString(from.resolve("config.json"));
        assertTrue(config.contains("LlamaForCausalLM"), config);
        Files.writeString(
                to.resolve("config.json"), config.replace("LlamaForCausalLM", "LlamaForSequenceClassification"));
        CausalLm model = CausalLm.open(TorchRuntime.start(), from);
        try (CheckpointWriter writer = new CheckpointWriter(to.resolve("model.safetensors"))) {
            List<String> names = new ArrayList<>();
            try (Checkpoint checkpoint = Checkpoint.open(from)) {
                for (String name : checkpoint.names()) {
                    if (!name.equals("lm_head.weight")) {
                        names.add(name);
                        writer.add(name, checkpoint.shape(name));
                    }
                }
            }
            int width = model.config().sizes().width();
            writer.add("score.weight", new long[] {1, width});
            for (String name : names) {
                writer.write(model.weight(name));
            }
            float[] head = new float[width];
            for (int i = 0; i < width; i++) {
                head[i] = i % 3 - 1;
            }
            writer.write(head);
        }
        return to;
    }

    @Test
    void thePageIsServedUntilItIsBrokenOff() throws IOException {
        Path answers = folder.resolve("answers.jsonl");
        assertEquals(Main.CANCELLED, feedback("", "--pairs", pairs(1).toString(), "--out", answers.toString()));
        String said = out.toString(StandardCharsets.UTF_8);
        assertTrue(said.matches("(?s)open http://127\\.0\\.0\\.1:\\d+/[0-9a-f]{32}/ in a browser .*"), said);
        assertTrue(said.endsWith("0 of 1 judged, in " + answers + "\n"), said);
    }
}
