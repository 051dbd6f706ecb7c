package io.github.rlllm.engine.lm;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Message;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.decoding.SamplingConfig;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A language model of ours as a chat model of LangChain4j, so that its assistants and chains can use one that was trained
 * here. As thread-safe as the model that it wraps.
 *
 * <p>Of a request it honours messages of text, {@code maxOutputTokens}, {@code stopSequences}, a response format of text or of a
 * JSON schema and, where the model is a {@link SampledLanguageModel}, {@code temperature}, {@code topP} and {@code topK}.
 * Whatever else a request says (tools, penalties, another model's name, pictures, a provider's own parameters) is refused by
 * name and never dropped. LangChain4j's common request has no seed: {@link #withSeed} gives a chat model that answers equal
 * requests equally.
 */
public final class LanguageChatModel implements ChatModel {
    /** Tokens of an answer where the request does not say. */
    public static final int TOKENS = 1024;

    private final LanguageModel plain;
    private final @Nullable SampledLanguageModel sampled;
    private final String name;
    private final @Nullable Long seed;

    private LanguageChatModel(
            LanguageModel plain, @Nullable SampledLanguageModel sampled, String name, @Nullable Long seed) {
        this.plain = Objects.requireNonNull(plain, "model");
        this.sampled = sampled;
        this.name = Objects.requireNonNull(name, "name");
        this.seed = seed;
    }

    /**
     * Wraps a model that draws its tokens as it likes.
     *
     * @param model answers
     * @param name the only {@code modelName} that requests may ask for
     * @return a chat model without a seed
     */
    public static LanguageChatModel of(LanguageModel model, String name) {
        return new LanguageChatModel(model, null, name, null);
    }

    /**
     * Wraps a model that can be told how to draw.
     *
     * @param model answers
     * @param name the only {@code modelName} that requests may ask for
     * @return a chat model without a seed
     */
    public static LanguageChatModel of(SampledLanguageModel model, String name) {
        return new LanguageChatModel(model, model, name, null);
    }

    /**
     * The same with a seed, which every prompt carries.
     *
     * @param value the seed
     * @return a changed copy
     */
    public LanguageChatModel withSeed(long value) {
        return new LanguageChatModel(plain, sampled, name, value);
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    }

    @Override
    public ChatResponse chat(ChatRequest request, ChatRequestOptions options) {
        // Merging with the defaults may leave out what is a provider's own, so it is looked at before.
        refuse(request);
        return ChatModel.super.chat(request, options);
    }

    /**
     * Answers a request.
     *
     * @param request messages and parameters
     * @return the answer with token usage and finish reason
     * @throws UnsupportedFeatureException if the request says what cannot be honoured; the message names it
     */
    @Override
    public ChatResponse doChat(ChatRequest request) {
        refuse(request);
        Integer most = request.maxOutputTokens();
        Prompt prompt = new Prompt(
                request.messages().stream().map(LanguageChatModel::message).toList(),
                request.stopSequences() == null ? List.of() : request.stopSequences(),
                most == null ? TOKENS : most,
                seed,
                schema(request.responseFormat()));
        Completion answer =
                sampled == null ? plain.complete(prompt) : sampled.complete(prompt, sampling(request, sampled));
        return ChatResponse.builder()
                .aiMessage(AiMessage.from(answer.text()))
                .modelName(answer.model())
                .tokenUsage(new TokenUsage(known(answer.tokensIn()), known(answer.tokensOut())))
                .finishReason(finish(answer.finish()))
                .build();
    }

    private void refuse(ChatRequest request) {
        Class<?> kind = request.parameters().getClass();
        require(kind == DefaultChatRequestParameters.class, "parameters", kind.getSimpleName(), "the common ones");
        String asked = request.modelName();
        require(asked == null || asked.equals(name), "modelName", asked, "none, or " + name);
        absent("frequencyPenalty", request.frequencyPenalty());
        absent("presencePenalty", request.presencePenalty());
        boolean tools = request.toolSpecifications() != null
                && !request.toolSpecifications().isEmpty();
        require(!tools, "toolSpecifications", request.toolSpecifications(), "none");
        absent("toolChoice", request.toolChoice());
        if (sampled == null) {
            absent("temperature", request.temperature());
            absent("topP", request.topP());
            absent("topK", request.topK());
        }
    }

    private static SamplingConfig sampling(ChatRequest request, SampledLanguageModel model) {
        SamplingConfig sampling = model.sampling();
        Double temperature = request.temperature();
        Double topP = request.topP();
        Integer topK = request.topK();
        sampling = temperature == null ? sampling : sampling.withTemperature(temperature);
        sampling = topP == null ? sampling : sampling.withTopP(topP);
        return topK == null ? sampling : sampling.withTopK(topK);
    }

    private static @Nullable String schema(@Nullable ResponseFormat format) {
        if (format == null || format.type() == ResponseFormatType.TEXT) {
            return null;
        }
        require(format.jsonSchema() != null, "responseFormat", "JSON without a schema", "text, or JSON with a schema");
        return JsonSchemaText.of(format.jsonSchema().rootElement());
    }

    private static Message message(ChatMessage message) {
        if (message instanceof SystemMessage system) {
            return new Message(Message.Role.SYSTEM, system.text());
        }
        if (message instanceof UserMessage user) {
            require(user.hasSingleText(), "message", user.contents(), "a single text");
            absent("message: name", user.name());
            return new Message(Message.Role.USER, user.singleText());
        }
        if (message instanceof AiMessage said) {
            require(!said.hasToolExecutionRequests(), "message", said.toolExecutionRequests(), "text");
            String text = said.text();
            return new Message(Message.Role.ASSISTANT, text == null ? "" : text);
        }
        throw unsupported("message", message.type(), "one of the system, the user or the assistant");
    }

    private static @Nullable Integer known(int tokens) {
        return tokens < 0 ? null : tokens;
    }

    private static FinishReason finish(Completion.Finish finish) {
        return switch (finish) {
            case STOP -> FinishReason.STOP;
            case LENGTH -> FinishReason.LENGTH;
            case FILTERED -> FinishReason.CONTENT_FILTER;
        };
    }

    private static void absent(String name, @Nullable Object value) {
        require(value == null, name, value, "none");
    }

    private static void require(boolean holds, String name, @Nullable Object value, String expected) {
        if (!holds) {
            throw unsupported(name, value, expected);
        }
    }

    private static UnsupportedFeatureException unsupported(String name, @Nullable Object value, String expected) {
        return new UnsupportedFeatureException(name + ": " + value + " (expected: " + expected + ")");
    }
}
