package io.github.rlllm.torch;

import io.github.rlllm.api.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a conversation is written for a model, up to where its next answer begins. A model knows the one it was tuned with. */
public enum ChatTemplate {
    /** One message of the user as it is, for models that only go on with a text. */
    PLAIN("", List.of()),
    /** {@code "\n\nHuman: ...\n\nAssistant: ..."}, as HH-RLHF writes it (Bai et al. 2022). */
    TRANSCRIPT("\n\nHuman:", List.of()),
    /** {@code <|im_start|>user\n...<|im_end|>\n}: Qwen and others. */
    CHATML("<|im_end|>", List.of("<|im_start|>", "<|im_end|>")),
    /** {@code <|start_header_id|>user<|end_header_id|>\n\n...<|eot_id|>}: Llama 3. */
    LLAMA3("<|eot_id|>", List.of("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")),
    /** {@code <start_of_turn>user\n...<end_of_turn>\n}: Gemma, which has the system's words in the user's first turn. */
    GEMMA("<end_of_turn>", List.of("<start_of_turn>", "<end_of_turn>"));

    private final String stop;
    private final List<String> tokens;

    ChatTemplate(String stop, List<String> tokens) {
        this.stop = stop;
        this.tokens = tokens;
    }

    /**
     * A template by its name.
     *
     * @param name such as {@code chatml}
     * @return the template
     * @throws IllegalArgumentException if there is none of that name; the message lists them
     */
    public static ChatTemplate named(String name) {
        return Arrays.stream(values())
                .filter(template -> template.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("template: " + name + " (expected: one of "
                        + Arrays.stream(values())
                                .map(template -> template.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))
                        + ")"));
    }

    /** What ends an answer; empty where nothing of the template does. */
    String stop() {
        return stop;
    }

    /** What has to be one token each. */
    List<String> tokens() {
        return tokens;
    }

    /**
     * Writes a conversation.
     *
     * @param messages a system's first if there is one, then the user's and the assistant's in turn, the user's last
     * @return the text after which the answer stands, without what begins a text
     * @throws IllegalArgumentException if the messages are not in that order
     */
    String write(List<Message> messages) {
        boolean system = messages.get(0).role() == Message.Role.SYSTEM;
        List<Message> turns = messages.subList(system ? 1 : 0, messages.size());
        for (int i = 0; i < turns.size(); i++) {
            Message.Role expected = i % 2 == 0 ? Message.Role.USER : Message.Role.ASSISTANT;
            requireRole(turns.get(i).role() == expected, messages, expected + " after " + i + " turns");
        }
        requireRole(turns.size() % 2 == 1, messages, "the user's at the end");
        StringBuilder text = new StringBuilder();
        switch (this) {
            case PLAIN -> {
                requireRole(messages.size() == 1, messages, "one of the user");
                text.append(messages.get(0).text());
            }
            case TRANSCRIPT -> {
                text.append(system ? messages.get(0).text() : "");
                turns.forEach(turn -> text.append(turn.role() == Message.Role.USER ? "\n\nHuman: " : "\n\nAssistant: ")
                        .append(turn.text()));
                text.append("\n\nAssistant:");
            }
            case CHATML -> {
                messages.forEach(said -> text.append("<|im_start|>")
                        .append(role(said))
                        .append('\n')
                        .append(said.text())
                        .append("<|im_end|>\n"));
                text.append("<|im_start|>assistant\n");
            }
            case LLAMA3 -> {
                messages.forEach(said -> text.append("<|start_header_id|>")
                        .append(role(said))
                        .append("<|end_header_id|>\n\n")
                        .append(said.text())
                        .append("<|eot_id|>"));
                text.append("<|start_header_id|>assistant<|end_header_id|>\n\n");
            }
            case GEMMA -> {
                for (int i = 0; i < turns.size(); i++) {
                    text.append(i % 2 == 0 ? "<start_of_turn>user\n" : "<start_of_turn>model\n")
                            .append(i == 0 && system ? messages.get(0).text() + "\n\n" : "")
                            .append(turns.get(i).text())
                            .append("<end_of_turn>\n");
                }
                text.append("<start_of_turn>model\n");
            }
        }
        return text.toString();
    }

    private static String role(Message message) {
        return message.role().name().toLowerCase(Locale.ROOT);
    }

    private static void requireRole(boolean holds, List<Message> messages, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "messages: " + messages.stream().map(Message::role).toList() + " (expected: " + expected + ")");
        }
    }
}
