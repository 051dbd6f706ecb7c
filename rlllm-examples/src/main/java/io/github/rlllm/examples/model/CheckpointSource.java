package io.github.rlllm.examples.model;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.api.ScoringModel;
import io.github.rlllm.engine.decoding.SamplingConfig;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.torch.CausalChat;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CausalScorer;
import io.github.rlllm.torch.ChatTemplate;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.checkpoint.Checkpoint;
import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A checkpoint on this machine that chats. */
final class CheckpointSource implements ChosenModel.Source {
    private static final List<ChatTemplate> TOLD_BY_TOKENS =
            List.of(ChatTemplate.GEMMA, ChatTemplate.LLAMA3, ChatTemplate.CHATML);

    private final Tokenizer tokenizer;
    private final CausalChat chat;
    private final CausalScorer scorer;

    private CheckpointSource(Tokenizer tokenizer, CausalChat chat, CausalScorer scorer) {
        this.scorer = scorer;
        this.tokenizer = tokenizer;
        this.chat = chat;
    }

    static CheckpointSource open(Path place, @Nullable String template, String name) throws IOException {
        if (!Files.exists(place)) {
            throw new IllegalArgumentException("model: " + place
                    + " is not there (expected: a GGUF file, a checkpoint's folder, or http(s)://host/v1#name)");
        }
        ChatTemplate asked = template == null ? null : ChatTemplate.named(template);
        try (Checkpoint checkpoint = Checkpoint.open(place)) {
            Tokenizer tokenizer = checkpoint
                    .tokenizer()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "model: " + place + " has no tokenizer (expected: one beside its weights)"));
            try {
                CausalLm model = CausalLm.open(TorchRuntime.start(), place);
                return new CheckpointSource(
                        tokenizer,
                        asked == null ? told(model, tokenizer, name) : chat(model, tokenizer, asked, name),
                        new CausalScorer(model, tokenizer, name));
            } catch (IOException | RuntimeException e) {
                tokenizer.close();
                throw e;
            }
        }
    }

    /** The template whose marks are tokens of the model; one without marks where there is none. */
    private static CausalChat told(CausalLm model, Tokenizer tokenizer, String name) {
        for (ChatTemplate each : TOLD_BY_TOKENS) {
            try {
                return chat(model, tokenizer, each, name);
            } catch (IllegalArgumentException e) {
                // Its marks are no tokens of this model.
            }
        }
        return chat(model, tokenizer, ChatTemplate.TRANSCRIPT, name);
    }

    private static CausalChat chat(CausalLm model, Tokenizer tokenizer, ChatTemplate template, String name) {
        return new CausalChat(
                model, tokenizer, template, SamplingConfig.defaults(), SeededRandom.of(0, "answers"), name);
    }

    @Override
    public Optional<ScoringModel> scoring() {
        return Optional.of(scorer);
    }

    @Override
    public Completion complete(Prompt prompt) {
        return chat.complete(prompt);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
