package io.github.rlllm.torch;

import io.github.rlllm.api.Message;
import io.github.rlllm.engine.decoding.TokenBytes;
import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** Conversations as tokens of one model, by a template whose marks its tokenizer has. */
final class ChatTokens {
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final Boundary boundary;
    private final TokenBytes spelled;
    private final List<int[]> ends = new ArrayList<>();

    /**
     * Ties a template to a model.
     *
     * @throws IllegalArgumentException if a mark of the template is not one token, or the model has fewer logits than the
     *     tokenizer tokens
     */
    ChatTokens(CausalLm model, Tokenizer tokenizer, ChatTemplate template) {
        this.tokenizer = tokenizer;
        this.template = template;
        boundary = new Boundary(tokenizer, model.config().tokens());
        TokenBytes known = tokenizer.spelled();
        int vocabulary = model.config().sizes().vocabulary();
        if (known.size() > vocabulary) {
            throw new IllegalArgumentException(
                    "tokenizer: " + known.size() + " tokens (expected: at most " + vocabulary + ", the model's)");
        }
        // A model may have more rows than its tokenizer has tokens; those spell nothing.
        spelled = known.padded(vocabulary);
        for (String mark : template.tokens()) {
            int[] tokens = tokenizer.encode(mark, false);
            if (tokens.length != 1) {
                throw new IllegalArgumentException("template: " + template + ", whose " + mark + " is " + tokens.length
                        + " tokens (expected: one token of this tokenizer each)");
            }
            if (mark.equals(template.stop())) {
                ends.add(tokens);
            }
        }
        model.config().tokens().end().forEach(token -> ends.add(new int[] {token}));
    }

    TokenBytes spelled() {
        return spelled;
    }

    /** Single tokens that end an answer. */
    List<int[]> ends() {
        return ends;
    }

    /** The tokens up to where the next answer begins, with what begins a text. */
    int[] before(List<Message> messages) {
        for (int i = 0; i < messages.size(); i++) {
            requirePlain("message " + i, messages.get(i).text());
        }
        return boundary.context(template.write(messages));
    }

    /** The tokens of a question and its answer, with the template's end of an answer where that is a token. */
    int[] answered(String prompt, String answer) {
        requirePlain("prompt", prompt);
        requirePlain("answer", answer);
        boolean dialogue = template == ChatTemplate.TRANSCRIPT && prompt.endsWith("\n\nAssistant:");
        String before = dialogue ? prompt : template.write(List.of(new Message(Message.Role.USER, prompt)));
        return boundary.context(
                template.tokens().isEmpty() ? before + " " + answer : before + answer + template.stop());
    }

    private void requirePlain(String name, String text) {
        for (int token : tokenizer.encode(text, false)) {
            if (spelled.text(token).isEmpty()) {
                throw new IllegalArgumentException(name + ": the special token "
                        + tokenizer.decode(new int[] {token}, true) + " (expected: a text without special tokens)");
            }
        }
    }
}
