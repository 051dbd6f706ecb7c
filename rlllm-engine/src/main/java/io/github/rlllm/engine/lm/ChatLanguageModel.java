package io.github.rlllm.engine.lm;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Message;
import io.github.rlllm.api.Prompt;
import java.util.Objects;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Any chat model of LangChain4j as a {@link LanguageModel}. As thread-safe as the model that it wraps; failures of
 * transport pass through as LangChain4j's unchecked exceptions.
 *
 * <p>LangChain4j's common request has no seed: a prompt with one is refused, because a repeatable answer was asked for
 * and could not be promised. Set the provider's own seed where the model is built and leave the prompt's null, or say with
 * {@link #of} how the provider takes one.
 */
public final class ChatLanguageModel implements LanguageModel {
    private final ChatModel model;
    private final String name;
    private final @Nullable LongFunction<? extends ChatRequestParameters> seeds;

    /**
     * Wraps a model.
     *
     * @param model the chat model
     * @param name its identity, used where a response does not name the model
     */
    public ChatLanguageModel(ChatModel model, String name) {
        this(model, name, null);
    }

    private ChatLanguageModel(
            ChatModel model, String name, @Nullable LongFunction<? extends ChatRequestParameters> seeds) {
        this.model = Objects.requireNonNull(model, "model");
        this.name = Objects.requireNonNull(name, "name");
        this.seeds = seeds;
    }

    /**
     * Wraps a model whose provider takes seeds.
     *
     * @param model the chat model
     * @param name its identity, used where a response does not name the model
     * @param seeds from a prompt's seed to the provider's own parameters, with the seed alone in them
     * @return a model that takes prompts with a seed
     */
    public static ChatLanguageModel of(
            ChatModel model, String name, LongFunction<? extends ChatRequestParameters> seeds) {
        return new ChatLanguageModel(model, name, Objects.requireNonNull(seeds, "seeds"));
    }

    @Override
    public Completion complete(Prompt prompt) {
        if (prompt.seed() != null && seeds == null) {
            throw new IllegalArgumentException(
                    "seed: " + prompt.seed() + " (expected: null; set the provider's seed where the model is built)");
        }
        DefaultChatRequestParameters.Builder<?> common = ChatRequestParameters.builder();
        common.maxOutputTokens(prompt.maxTokens());
        if (!prompt.stop().isEmpty()) {
            common.stopSequences(prompt.stop());
        }
        if (prompt.schema() != null) {
            common.responseFormat(ResponseFormat.builder()
                    .type(ResponseFormatType.JSON)
                    .jsonSchema(JsonSchema.builder()
                            .name("answer")
                            .rootElement(JsonRawSchema.from(prompt.schema()))
                            .build())
                    .build());
        }
        ChatRequestParameters parameters = common.build();
        if (prompt.seed() != null && seeds != null) {
            parameters = seeds.apply(prompt.seed()).overrideWith(parameters);
        }
        ChatRequest request = ChatRequest.builder()
                .messages(prompt.messages().stream()
                        .map(ChatLanguageModel::message)
                        .toList())
                .parameters(parameters)
                .build();
        return completion(model.chat(request));
    }

    private Completion completion(ChatResponse response) {
        String text = response.aiMessage().text();
        TokenUsage usage = response.tokenUsage();
        return new Completion(
                text == null ? "" : text,
                usage == null || usage.inputTokenCount() == null ? -1 : usage.inputTokenCount(),
                usage == null || usage.outputTokenCount() == null ? -1 : usage.outputTokenCount(),
                finish(response.finishReason()),
                response.modelName() == null ? name : response.modelName());
    }

    private static Completion.Finish finish(@Nullable FinishReason reason) {
        if (reason == FinishReason.LENGTH) {
            return Completion.Finish.LENGTH;
        }
        return reason == FinishReason.CONTENT_FILTER ? Completion.Finish.FILTERED : Completion.Finish.STOP;
    }

    private static ChatMessage message(Message message) {
        return switch (message.role()) {
            case SYSTEM -> SystemMessage.from(message.text());
            case USER -> UserMessage.from(message.text());
            case ASSISTANT -> AiMessage.from(message.text());
        };
    }
}
