package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * No language model: answers that somebody wrote down, for tests and for trying out what lies around a model. What it shows is
 * never a result. Counts a token for every four bytes of UTF-8 or part of them, ends an answer at a stop text and cuts it at
 * the prompt's limit of tokens, as a model would. Thread-safe where its script is.
 */
public final class ScriptedModel implements LanguageModel {
    /** Its identity. */
    public static final String NAME = "scripted";

    private static final int BYTES = 4;

    private final Function<Prompt, String> script;
    private final List<Prompt> asked = new ArrayList<>();

    private ScriptedModel(Function<Prompt, String> script) {
        this.script = Objects.requireNonNull(script, "script");
    }

    /**
     * Answers by a function.
     *
     * @param script from a prompt to an answer
     * @return the model
     */
    public static ScriptedModel of(Function<Prompt, String> script) {
        return new ScriptedModel(script);
    }

    /**
     * Gives answers in order, whatever is asked; one question more is an {@link IllegalStateException}.
     *
     * @param answers in their order
     * @return the model
     */
    public static ScriptedModel of(List<String> answers) {
        Iterator<String> left = List.copyOf(answers).iterator();
        return new ScriptedModel(prompt -> {
            synchronized (left) {
                if (!left.hasNext()) {
                    throw new IllegalStateException(
                            "questions: " + (answers.size() + 1) + " (expected: at most " + answers.size() + ")");
                }
                return left.next();
            }
        });
    }

    @Override
    public Completion complete(Prompt prompt) {
        synchronized (asked) {
            asked.add(prompt);
        }
        String text = script.apply(prompt);
        for (String stop : prompt.stop()) {
            int at = text.indexOf(stop);
            text = at < 0 ? text : text.substring(0, at);
        }
        int in =
                prompt.messages().stream().mapToInt(each -> tokens(each.text())).sum();
        if (tokens(text) <= prompt.maxTokens()) {
            return new Completion(text, in, tokens(text), Completion.Finish.STOP, NAME);
        }
        int end = 0;
        long room = (long) prompt.maxTokens() * BYTES;
        while (end < text.length()) {
            int character = text.codePointAt(end);
            room -= Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
            if (room < 0) {
                break;
            }
            end += Character.charCount(character);
        }
        String cut = text.substring(0, end);
        return new Completion(cut, in, tokens(cut), Completion.Finish.LENGTH, NAME);
    }

    /**
     * What was asked so far.
     *
     * @return in order
     */
    public List<Prompt> asked() {
        synchronized (asked) {
            return List.copyOf(asked);
        }
    }

    private static int tokens(String text) {
        return (text.getBytes(StandardCharsets.UTF_8).length + BYTES - 1) / BYTES;
    }
}
