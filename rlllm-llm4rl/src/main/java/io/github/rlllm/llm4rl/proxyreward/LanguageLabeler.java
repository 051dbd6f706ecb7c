package io.github.rlllm.llm4rl.proxyreward;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Message;
import io.github.rlllm.api.Parsed;
import io.github.rlllm.api.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a language model and reads its answer. The answer has to say yes or no as its first word, or as its last where it
 * gives reasons before; whoever says neither, or one first and the other last, is refused, and told why when asked again.
 */
public final class LanguageLabeler implements Labeler<Object> {
    /** Enough for a short reason. */
    private static final int TOKENS = 128;

    private static final int SHOWN = 60;
    private static final Pattern WORD = Pattern.compile("\\p{L}+");

    private final LanguageModel language;
    private final String model;

    /**
     * A labeler.
     *
     * @param language who is asked
     * @param model its identity
     */
    public LanguageLabeler(LanguageModel language, String model) {
        this.language = Objects.requireNonNull(language, "language");
        this.model = Objects.requireNonNull(model, "model");
    }

    @Override
    public Parsed<Boolean> label(Object episode, Question question, List<String> refused) {
        List<Message> messages = new ArrayList<>();
        messages.add(new Message(Message.Role.USER, question.prompt()));
        for (String reason : refused) {
            messages.add(new Message(Message.Role.USER, Question.again(reason)));
        }
        return read(language.complete(new Prompt(messages, List.of(), TOKENS, null, null)));
    }

    /** Yes or no, or why not. */
    static Parsed<Boolean> read(Completion answer) {
        if (answer.finish() == Completion.Finish.FILTERED) {
            return Parsed.rejected("the provider withheld the answer (expected: Yes or No)");
        }
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(answer.text());
        while (word.find()) {
            words.add(word.group());
        }
        String first = words.isEmpty() ? "" : words.get(0);
        boolean cut = answer.finish() == Completion.Finish.LENGTH;
        String last = words.isEmpty() || cut ? "" : words.get(words.size() - 1);
        boolean yes = first.equalsIgnoreCase("yes") || last.equalsIgnoreCase("yes");
        boolean no = first.equalsIgnoreCase("no") || last.equalsIgnoreCase("no");
        if (yes == no) {
            String shown = answer.text().strip();
            shown = shown.length() > SHOWN ? shown.substring(0, SHOWN) + "..." : shown;
            return Parsed.rejected(
                    (yes ? "both yes and no" : cut ? "cut before it said yes or no" : "neither yes nor no") + ": \""
                            + shown.replace('\n', ' ') + "\" (expected: Yes or No)");
        }
        return Parsed.accepted(yes);
    }

    @Override
    public String model() {
        return model;
    }
}
