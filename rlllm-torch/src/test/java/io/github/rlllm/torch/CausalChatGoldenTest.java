package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.FinishReason;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Message;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.decoding.SamplingConfig;
import io.github.rlllm.engine.decoding.TokenBytes;
import io.github.rlllm.engine.lm.EncoderEmbeddingModel;
import io.github.rlllm.engine.lm.LanguageChatModel;
import io.github.rlllm.torch.checkpoint.Checkpoint;
import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chats with the recorded checkpoints, whose weights are drawn: what they say is noise, how they say it is not. */
class CausalChatGoldenTest {
    private final Path golden = Path.of(System.getProperty("rlllm.golden", "../shared/golden"));
    private final List<Tokenizer> open = new ArrayList<>();

    @BeforeEach
    void there() {
        Assumptions.assumeTrue(Files.isDirectory(golden), golden + " is not there");
    }

    @AfterEach
    void close() {
        open.forEach(Tokenizer::close);
    }

    private Tokenizer tokenizer(String name) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(golden.resolve("lm").resolve(name))) {
            Tokenizer tokenizer = checkpoint.tokenizer().orElseThrow();
            open.add(tokenizer);
            return tokenizer;
        }
    }

    private CausalChat chat(String name, ChatTemplate template) throws IOException {
        return new CausalChat(
                CausalLm.open(TorchRuntime.start(), golden.resolve("lm").resolve(name)),
                tokenizer(name),
                template,
                SamplingConfig.defaults(),
                new SplittableRandom(1),
                name);
    }

    /** The bytes that tokens spell, one after the other, are the text, whatever the family's way of writing tokens. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen2", "gemma3"})
    void tokensSpellTheTextsThatTheyWereMadeOf(String name) throws IOException {
        JsonNode all = new ObjectMapper()
                .readTree(golden.resolve("lm/tokenizers.json").toFile())
                .get("tokenizers");
        Tokenizer tokenizer = tokenizer(name);
        TokenBytes spelled = tokenizer.spelled();
        assertEquals(tokenizer.size(), spelled.size());
        int checked = 0;
        for (JsonNode one : all.get(name).get("cases")) {
            int[] ids = new ObjectMapper().convertValue(one.get("ids"), int[].class);
            if (tokenizer.decode(ids, false).equals(tokenizer.decode(ids, true))) {
                assertEquals(tokenizer.decode(ids, true), spelled.text(ids));
                checked++;
            }
        }
        assertTrue(checked > 15, checked + " texts without special tokens");
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "gemma3", "gpt2"})
    void equalSeedsAnswerEquallyAndTheCostIsTold(String name) throws IOException {
        ChatTemplate template = name.equals("qwen2")
                ? ChatTemplate.CHATML
                : name.equals("gemma3") ? ChatTemplate.GEMMA : ChatTemplate.TRANSCRIPT;
        CausalChat chat = chat(name, template);
        Prompt prompt = Prompt.of("red cup").withMaxTokens(9).withSeed(5);
        Completion one = chat.complete(prompt);
        assertEquals(one, chat.complete(prompt));
        assertNotEquals(one.text(), chat.complete(prompt.withSeed(6)).text());
        assertTrue(one.tokensIn() > 3 && one.tokensOut() <= 9, one.toString());
        assertEquals(one.tokensOut() == 9 ? Completion.Finish.LENGTH : Completion.Finish.STOP, one.finish());
        Prompt free = Prompt.of("red cup").withMaxTokens(9);
        assertNotEquals(chat.complete(free).text(), chat.complete(free).text());
        Completion greedy = chat.complete(free, SamplingConfig.greedy());
        assertEquals(
                greedy.text(), chat.complete(prompt, SamplingConfig.greedy()).text());
    }

    @Test
    void aStopTextEndsTheAnswerWhereverItsTokensPart() throws IOException {
        CausalChat chat = chat("qwen2", ChatTemplate.CHATML);
        int cut = 0;
        for (int seed = 0; seed < 8; seed++) {
            Prompt prompt = Prompt.of("red cup").withMaxTokens(20).withSeed(seed);
            String whole = chat.complete(prompt).text();
            // Drawn weights say bytes that are no characters too; a stop text is made of characters.
            Matcher letters = Pattern.compile("[ -~]{3}").matcher(whole);
            if (whole.isEmpty() || !letters.find(1)) {
                continue;
            }
            String stop = letters.group();
            Completion stopped = chat.complete(prompt.withStop(List.of(stop)));
            assertEquals(whole.substring(0, whole.indexOf(stop)), stopped.text());
            assertEquals(Completion.Finish.STOP, stopped.finish());
            cut++;
        }
        assertTrue(cut >= 3, cut + " answers were cut");
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "gemma3"})
    void aSchemaIsFollowed(String name) throws IOException {
        CausalChat chat = chat(name, name.equals("qwen2") ? ChatTemplate.CHATML : ChatTemplate.GEMMA);
        String schema = """
                {"type":"object","properties":{"mood":{"enum":["good","bad"]},"stars":{"type":"integer"},
                 "why":{"type":"string","maxLength":6}},"required":["mood","stars","why"]}""";
        int whole = 0;
        for (int seed = 0; seed < 3; seed++) {
            Completion answer = chat.complete(
                    Prompt.of("the room").withMaxTokens(60).withSeed(seed).withSchema(schema));
            if (answer.finish() == Completion.Finish.STOP) {
                JsonNode said = new ObjectMapper().readTree(answer.text());
                assertTrue(List.of("good", "bad").contains(said.get("mood").asText()), answer.text());
                assertTrue(said.get("stars").isIntegralNumber()
                        && said.get("why").asText().length() <= 6);
                whole++;
            }
        }
        assertTrue(whole >= 2, whole + " of 3 ended before the limit");
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        CausalChat chat = chat("qwen2", ChatTemplate.CHATML);
        assertEquals(
                "message 0: the special token <|im_end|> (expected: a text without special tokens)",
                assertThrows(IllegalArgumentException.class, () -> chat.complete(Prompt.of("a<|im_end|>b")))
                        .getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> chat.complete(Prompt.of("red cup ".repeat(500))))
                .getMessage()
                .contains("the model's context"));
        assertThrows(
                IllegalArgumentException.class,
                () -> chat.complete(
                        Prompt.of("a").withSchema("{\"type\":\"null\"}").withStop(List.of("x"))));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> chat("gpt2", ChatTemplate.CHATML))
                .getMessage()
                .contains("<|im_start|>"));
        Message user = new Message(Message.Role.USER, "a");
        assertThrows(
                IllegalArgumentException.class,
                () -> chat.complete(new Prompt(List.of(user, user), List.of(), 3, null, null)));
    }

    @Test
    void langChain4jTalksToIt() throws IOException {
        ChatModel model = LanguageChatModel.of(chat("qwen2", ChatTemplate.CHATML), "qwen2")
                .withSeed(3);
        ChatRequest.Builder request = ChatRequest.builder()
                .messages(
                        SystemMessage.from("be short"),
                        UserMessage.from("hi"),
                        AiMessage.from("yes?"),
                        UserMessage.from("go"))
                .maxOutputTokens(7);
        ChatResponse one = model.chat(request.build());
        assertEquals(
                one.aiMessage().text(), model.chat(request.build()).aiMessage().text());
        assertTrue(one.tokenUsage().inputTokenCount() > 10 && one.tokenUsage().outputTokenCount() <= 7);
        assertEquals(
                one.tokenUsage().outputTokenCount() == 7 ? FinishReason.LENGTH : FinishReason.STOP, one.finishReason());
        String cold = model.chat(request.temperature(0.0).build()).aiMessage().text();
        assertEquals(
                cold,
                LanguageChatModel.of(chat("qwen2", ChatTemplate.CHATML), "qwen2")
                        .withSeed(99)
                        .chat(request.build())
                        .aiMessage()
                        .text());
        ChatResponse json = model.chat(ChatRequest.builder()
                .messages(UserMessage.from("hi"))
                .responseFormat(ResponseFormat.builder()
                        .type(ResponseFormatType.JSON)
                        .jsonSchema(JsonSchema.builder()
                                .name("n")
                                .rootElement(JsonObjectSchema.builder()
                                        .addBooleanProperty("ok")
                                        .required("ok")
                                        .build())
                                .build())
                        .build())
                .build());
        assertTrue(
                new ObjectMapper().readTree(json.aiMessage().text()).get("ok").isBoolean());
    }

    @Test
    void itEncodesAndLangChain4jEmbeds() throws IOException {
        CausalLm model = CausalLm.open(TorchRuntime.start(), golden.resolve("lm/qwen2"));
        CausalEncoder encoder = new CausalEncoder(model, tokenizer("qwen2"), "qwen2");
        List<String> texts = List.of("red cup", "a much longer text about a cup", "x");
        List<float[]> together = encoder.encodeAll(texts);
        for (int i = 0; i < texts.size(); i++) {
            float[] alone = encoder.encode(texts.get(i));
            assertEquals(encoder.dimension(), alone.length);
            double norm = 0;
            for (int k = 0; k < alone.length; k++) {
                assertEquals(alone[k], together.get(i)[k], 1e-5, "batch and single");
                norm += alone[k] * alone[k];
            }
            assertEquals(1, norm, 1e-5);
        }
        assertFalse(java.util.Arrays.equals(together.get(0), together.get(2)));
        EmbeddingModel embedding = new EncoderEmbeddingModel(encoder);
        assertEquals(encoder.dimension(), embedding.dimension());
        float[] embedded = embedding.embed("red cup").content().vector();
        assertEquals(encoder.encode("red cup")[0], embedded[0], 1e-6);
    }
}
