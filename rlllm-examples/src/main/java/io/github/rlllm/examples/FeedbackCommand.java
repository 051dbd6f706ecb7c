package io.github.rlllm.examples;

import io.github.rlllm.examples.feedback.FeedbackConsole;
import io.github.rlllm.examples.feedback.FeedbackReport;
import io.github.rlllm.examples.feedback.FeedbackServer;
import io.github.rlllm.rl4llm.feedback.FeedbackFile;
import io.github.rlllm.rl4llm.feedback.FeedbackSession;
import io.github.rlllm.rl4llm.feedback.FeedbackSession.State;
import io.github.rlllm.rl4llm.feedback.Shape;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CausalReward;
import io.github.rlllm.torch.ChatTemplate;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.checkpoint.Checkpoint;
import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A person judges pairs of answers. */
@Command(
        name = "feedback",
        description = "Asks a person which of two answers is better, in a local web page or on the console.",
        mixinStandardHelpOptions = true)
final class FeedbackCommand implements Callable<Integer> {
    @Option(names = "--pairs", required = true, paramLabel = "FILE", description = "what is to be judged, JSON lines")
    private Path pairs = Path.of("");

    @Option(
            names = "--shape",
            paramLabel = "SHAPE",
            description = "of its lines: pairs, transcripts, rankings or votes (default: ${DEFAULT-VALUE})")
    private String shape = "pairs";

    @Option(names = "--out", paramLabel = "FILE", description = "the answers; the same command goes on where it ended")
    private @Nullable Path out;

    @Option(
            names = "--agreement",
            description =
                    "asks nothing: says how far the annotators agree, and how often the longer answer is preferred")
    private boolean agreement;

    @Option(
            names = "--reward",
            paramLabel = "MODEL",
            description =
                    "with --agreement: a checkpoint with a score head, whose accuracy is said for each annotator and by length")
    private @Nullable Path reward;

    @Option(
            names = "--template",
            paramLabel = "NAME",
            description =
                    "with --reward: how it reads a prompt and an answer: plain, transcript, chatml, llama3 or gemma (default: ${DEFAULT-VALUE})")
    private String template = "plain";

    @Option(names = "--by", paramLabel = "NAME", description = "who judges (default: nobody is named)")
    private String by = "";

    @Option(names = "--seed", paramLabel = "N", description = "of the order and the sides (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    @Option(names = "--console", description = "asks on the console instead of a web page")
    private boolean console;

    private final Terminal terminal;
    private final InputStream in;

    FeedbackCommand(Terminal terminal, InputStream in) {
        this.terminal = terminal;
        this.in = in;
    }

    @Override
    public Integer call() throws IOException {
        FeedbackFile asked = FeedbackFile.read(pairs, Shape.named(shape));
        if (agreement) {
            FeedbackReport.lines(asked).forEach(terminal.out()::println);
            if (reward != null) {
                judge(asked, reward, ChatTemplate.named(template));
            }
            return 0;
        }
        if (reward != null) {
            throw new IllegalArgumentException("reward: " + reward + " (expected: --agreement beside it)");
        }
        if (out == null) {
            throw new IllegalArgumentException("out: missing (expected: the file of the answers)");
        }
        return judge(asked, out);
    }

    private void judge(FeedbackFile asked, Path place, ChatTemplate how) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(place);
                Tokenizer tokenizer = checkpoint
                        .tokenizer()
                        .orElseThrow(
                                () -> new IOException(place + ": no tokenizer (expected: one beside the weights)"))) {
            CausalLm model = CausalLm.open(TorchRuntime.start(), place);
            FeedbackReport.lines(asked, new CausalReward(model, tokenizer, how)).forEach(terminal.out()::println);
        }
    }

    private int judge(FeedbackFile asked, Path out) throws IOException {
        try (FeedbackSession session = FeedbackSession.open(asked.comparisons(), out, seed, by)) {
            if (session.dropped() > 0) {
                terminal.err()
                        .println(out + ": a cut last line of " + session.dropped()
                                + " bytes was dropped; its pair is asked again");
            }
            if (session.leftOut() > 0) {
                terminal.err()
                        .println(session.leftOut()
                                + " pairs are not asked: they stand twice, or their answers are equal or blank");
            }
            boolean ended = true;
            if (console) {
                FeedbackConsole.run(
                        session, new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)), terminal.out());
            } else {
                ended = serve(session);
            }
            State state = session.state();
            terminal.out().println(state.judged() + " of " + state.all() + " judged, in " + out);
            return ended ? 0 : Main.CANCELLED;
        }
    }

    private boolean serve(FeedbackSession session) throws IOException {
        try (FeedbackServer server = FeedbackServer.start(session, new SecureRandom())) {
            terminal.out().println("open " + server.address() + " in a browser of this machine; Ctrl-C or finish ends");
            terminal.out().flush();
            while (!server.finished(100)) {
                if (terminal.control().cancelled()) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
