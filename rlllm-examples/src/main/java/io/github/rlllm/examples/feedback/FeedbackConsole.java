package io.github.rlllm.examples.feedback;

import io.github.rlllm.rl4llm.feedback.FeedbackSession;
import io.github.rlllm.rl4llm.feedback.FeedbackSession.Choice;
import io.github.rlllm.rl4llm.feedback.FeedbackSession.Question;
import io.github.rlllm.rl4llm.feedback.FeedbackSession.State;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The page's twin for a terminal: a line with 1, 2, t, s, u or q after each question. */
public final class FeedbackConsole {
    private FeedbackConsole() {}

    /**
     * Asks until the person has had enough. When all is judged the last answer can still be taken back.
     *
     * @param session what is asked and where answers go
     * @param in what the person writes; its end is as q
     * @param out where questions are shown
     * @throws IOException if an answer cannot be written
     */
    public static void run(FeedbackSession session, BufferedReader in, PrintStream out) throws IOException {
        State state = session.state();
        boolean shown = false;
        while (true) {
            Question asked = state.question();
            if (!shown) {
                show(state, out);
            }
            out.print(asked == null ? "u undo, q quit: " : "1, 2, t tie, s skip, u undo, q quit: ");
            out.flush();
            String line = in.readLine();
            String said = line == null ? "q" : line.strip().toLowerCase(Locale.ROOT);
            if (said.equals("q")) {
                return;
            }
            Choice choice = choice(said);
            shown = false;
            if (said.equals("u")) {
                state = session.undo();
            } else if (asked != null && choice != null) {
                state = session.answer(asked.pair(), choice);
            } else {
                out.println(visible(said) + " (expected: " + (asked == null ? "u or q)" : "1, 2, t, s, u or q)"));
                shown = true;
            }
        }
    }

    private static @Nullable Choice choice(String said) {
        return switch (said) {
            case "1" -> Choice.LEFT;
            case "2" -> Choice.RIGHT;
            case "t" -> Choice.TIE;
            case "s" -> Choice.SKIP;
            default -> null;
        };
    }

    private static void show(State state, PrintStream out) {
        out.println();
        out.println(state.judged() + " of " + state.all() + " judged");
        Question asked = state.question();
        if (asked != null) {
            out.println("--- prompt\n" + visible(asked.prompt()));
            out.println("--- answer 1\n" + visible(asked.left()));
            out.println("--- answer 2\n" + visible(asked.right()));
        }
    }

    /** Control characters as codes: what an answer holds is shown and steers no terminal. */
    static String visible(String text) {
        StringBuilder visible = new StringBuilder();
        text.codePoints().forEach(code -> {
            boolean steers = code != '\n'
                    && code != '\t'
                    && (Character.isISOControl(code) || Character.getType(code) == Character.FORMAT);
            if (steers) {
                visible.append(String.format(Locale.ROOT, "\\u{%x}", code));
            } else {
                visible.appendCodePoint(code);
            }
        });
        return visible.toString();
    }
}
