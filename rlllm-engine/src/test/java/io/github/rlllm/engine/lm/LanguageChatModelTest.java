package io.github.rlllm.engine.lm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonNullSchema;
import dev.langchain4j.model.chat.request.json.JsonNumberSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonReferenceSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.output.FinishReason;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Encoder;
import io.github.rlllm.api.Message;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.decoding.SamplingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LanguageChatModelTest {
    private final List<Prompt> prompts = new ArrayList<>();
    private final List<SamplingConfig> samplings = new ArrayList<>();
    private Completion answer = new Completion("go", 7, 2, Completion.Finish.LENGTH, "tiny-1");

    private final SampledLanguageModel tiny = new SampledLanguageModel() {
        @Override
        public Completion complete(Prompt prompt, SamplingConfig sampling) {
            prompts.add(prompt);
            samplings.add(sampling);
            return answer;
        }

        @Override
        public SamplingConfig sampling() {
            return SamplingConfig.defaults().withMinP(.1);
        }
    };
    private final LanguageChatModel model = LanguageChatModel.of(tiny, "tiny");

    private static ChatRequest.Builder hi() {
        return ChatRequest.builder().messages(UserMessage.from("hi"));
    }

    @Test
    void theRequestArrivesAndTheAnswerReturns() {
        ChatResponse response = model.withSeed(9)
                .chat(ChatRequest.builder()
                        .messages(
                                SystemMessage.from("s"),
                                UserMessage.from("u"),
                                AiMessage.from("a"),
                                UserMessage.from("v"))
                        .modelName("tiny")
                        .maxOutputTokens(5)
                        .stopSequences(List.of("x", "y"))
                        .temperature(.5)
                        .topP(.75)
                        .topK(3)
                        .build());
        assertEquals(
                new Prompt(
                        List.of(
                                new Message(Message.Role.SYSTEM, "s"),
                                new Message(Message.Role.USER, "u"),
                                new Message(Message.Role.ASSISTANT, "a"),
                                new Message(Message.Role.USER, "v")),
                        List.of("x", "y"),
                        5,
                        9L,
                        null),
                prompts.get(0));
        assertEquals(
                SamplingConfig.defaults()
                        .withMinP(.1)
                        .withTemperature(.5)
                        .withTopP(.75)
                        .withTopK(3),
                samplings.get(0));
        assertEquals("go", response.aiMessage().text());
        assertEquals("tiny-1", response.modelName());
        assertEquals(7, response.tokenUsage().inputTokenCount());
        assertEquals(2, response.tokenUsage().outputTokenCount());
        assertEquals(9, response.tokenUsage().totalTokenCount());
        assertEquals(FinishReason.LENGTH, response.finishReason());
    }

    @Test
    void whatIsNotSaidIsTheModelsOwn() {
        answer = new Completion("", -1, -1, Completion.Finish.STOP, "tiny-1");
        ChatResponse response = model.chat(hi().build());
        assertEquals(Prompt.of("hi"), prompts.get(0));
        assertEquals(tiny.sampling(), samplings.get(0));
        assertEquals("", response.aiMessage().text());
        assertNull(response.tokenUsage().inputTokenCount());
        assertEquals(FinishReason.STOP, response.finishReason());
        answer = new Completion("", -1, -1, Completion.Finish.FILTERED, "tiny-1");
        assertEquals(FinishReason.CONTENT_FILTER, model.chat(hi().build()).finishReason());
    }

    /** A provider's own parameters, of which this model cannot know what they say. */
    private static final class Foreign extends DefaultChatRequestParameters {
        private Foreign(Builder builder) {
            super(builder);
        }

        private static final class Builder extends DefaultChatRequestParameters.Builder<Builder> {
            @Override
            public Foreign build() {
                return new Foreign(this);
            }
        }
    }

    @Test
    void whatCannotBeHonouredIsRefusedByName() {
        ToolSpecification tool = ToolSpecification.builder().name("t").build();
        Map<String, Consumer<ChatRequest.Builder>> said = new TreeMap<>(Map.ofEntries(
                Map.entry("modelName: other (expected: none, or tiny)", r -> r.modelName("other")),
                Map.entry("frequencyPenalty: 0.5 (expected: none)", r -> r.frequencyPenalty(.5)),
                Map.entry("presencePenalty: 0.5 (expected: none)", r -> r.presencePenalty(.5)),
                Map.entry("toolSpecifications: [", r -> r.toolSpecifications(tool)),
                Map.entry("toolChoice: AUTO (expected: none)", r -> r.toolChoice(ToolChoice.AUTO)),
                Map.entry("responseFormat: JSON without a schema", r -> r.responseFormat(ResponseFormat.JSON)),
                Map.entry("parameters: Foreign", r -> r.parameters(new Foreign.Builder().build())),
                Map.entry("message: name: bob (expected: none)", r -> r.messages(UserMessage.from("bob", "hi"))),
                Map.entry(
                        "message: [",
                        r -> r.messages(UserMessage.from(TextContent.from("a"), ImageContent.from("http://x/y.png")))),
                Map.entry(
                        "message: TOOL_EXECUTION_RESULT",
                        r -> r.messages(ToolExecutionResultMessage.from("1", "t", "done")))));
        said.forEach((message, change) -> {
            ChatRequest.Builder request = hi();
            change.accept(request);
            refused(message, model, request.build());
        });
        refused(
                "message: [",
                model,
                ChatRequest.builder()
                        .messages(
                                UserMessage.from("a"),
                                AiMessage.from(
                                        ToolExecutionRequest.builder().name("t").build()))
                        .build());
        LanguageChatModel plain = LanguageChatModel.of((Prompt prompt) -> answer, "plain");
        refused("temperature: 0.5 (expected: none)", plain, hi().temperature(.5).build());
        refused("topP: 0.5 (expected: none)", plain, hi().topP(.5).build());
        refused("topK: 5 (expected: none)", plain, hi().topK(5).build());
        assertEquals("go", plain.chat(hi().build()).aiMessage().text());
        assertEquals(List.of(), prompts);
    }

    private static void refused(String message, LanguageChatModel model, ChatRequest request) {
        String found = assertThrows(UnsupportedFeatureException.class, () -> model.chat(request), message)
                .getMessage();
        assertEquals(message, found.substring(0, Math.min(message.length(), found.length())));
    }

    private String schema(JsonSchemaElement element) {
        model.chat(hi().responseFormat(ResponseFormat.builder()
                        .type(ResponseFormatType.JSON)
                        .jsonSchema(JsonSchema.builder()
                                .name("n")
                                .rootElement(element)
                                .build())
                        .build())
                .build());
        return prompts.get(prompts.size() - 1).schema();
    }

    @Test
    void schemasArriveAsJson() {
        assertEquals(
                "{\"type\":\"object\",\"properties\":{\"s\":{\"description\":\"d\",\"type\":\"string\"},"
                        + "\"i\":{\"type\":\"integer\"},\"b\":{\"type\":\"boolean\"},"
                        + "\"e\":{\"type\":\"string\",\"enum\":[\"x\",\"y\"]},"
                        + "\"l\":{\"type\":\"array\",\"items\":{\"type\":\"number\"}},"
                        + "\"n\":{\"anyOf\":[{\"type\":\"null\"},{\"const\":1}]}},"
                        + "\"required\":[\"s\"],\"additionalProperties\":false}",
                schema(JsonObjectSchema.builder()
                        .addStringProperty("s", "d")
                        .addIntegerProperty("i")
                        .addBooleanProperty("b")
                        .addProperty(
                                "e",
                                JsonEnumSchema.builder().enumValues("x", "y").build())
                        .addProperty(
                                "l",
                                JsonArraySchema.builder()
                                        .items(JsonNumberSchema.builder().build())
                                        .build())
                        .addProperty(
                                "n",
                                JsonAnyOfSchema.builder()
                                        .anyOf(new JsonNullSchema(), JsonRawSchema.from("{\"const\":1}"))
                                        .build())
                        .required("s")
                        .additionalProperties(false)
                        .build()));
        assertEquals("{\"type\":\"null\"}", schema(JsonRawSchema.from("{\"type\":\"null\"}")));
        assertThrows(
                UnsupportedFeatureException.class,
                () -> schema(JsonObjectSchema.builder()
                        .addProperty(
                                "r",
                                JsonReferenceSchema.builder().reference("x").build())
                        .build()));
    }

    @Test
    void anEncoderEmbeds() {
        Encoder encoder = new RandomEncoder(4, 1);
        EncoderEmbeddingModel embedding = new EncoderEmbeddingModel(encoder);
        assertEquals(4, embedding.dimension());
        assertEquals(encoder.model(), embedding.modelName());
        assertArrayEquals(
                encoder.encode("a b"), embedding.embed("a b").content().vector());
        List<TextSegment> two = List.of(TextSegment.from("a"), TextSegment.from("b"));
        assertArrayEquals(
                encoder.encode("b"), embedding.embedAll(two).content().get(1).vector());
        assertEquals(List.of(), embedding.embedAll(List.of()).content());
        EmbeddingRequest wide =
                EmbeddingRequest.builder().textSegments(two).dimensions(9).build();
        assertThrows(UnsupportedFeatureException.class, () -> embedding.embed(wide));
    }
}
