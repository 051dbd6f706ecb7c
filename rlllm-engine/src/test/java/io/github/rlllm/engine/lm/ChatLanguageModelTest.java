package io.github.rlllm.engine.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Message;
import io.github.rlllm.api.Prompt;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatLanguageModelTest {
    private final List<ChatRequest> requests = new ArrayList<>();

    private ChatLanguageModel answering(ChatResponse response) {
        return new ChatLanguageModel(
                new ChatModel() {
                    @Override
                    public ChatResponse doChat(ChatRequest request) {
                        requests.add(request);
                        return response;
                    }
                },
                "scripted");
    }

    @Test
    void passesTheRequestAndReadsTheAnswer() {
        ChatLanguageModel model = answering(ChatResponse.builder()
                .aiMessage(AiMessage.from("go to"))
                .tokenUsage(new TokenUsage(7, 2))
                .finishReason(FinishReason.LENGTH)
                .build());
        Prompt prompt = new Prompt(
                List.of(new Message(Message.Role.SYSTEM, "plan"), new Message(Message.Role.USER, "fetch it")),
                List.of("\n"),
                5,
                null,
                "{\"type\":\"string\"}");
        assertEquals(new Completion("go to", 7, 2, Completion.Finish.LENGTH, "scripted"), model.complete(prompt));
        ChatRequest request = requests.get(0);
        assertEquals(2, request.messages().size());
        assertEquals(5, request.maxOutputTokens());
        assertEquals(List.of("\n"), request.stopSequences());
        assertEquals("answer", request.responseFormat().jsonSchema().name());
    }

    @Test
    void unknownCostIsMinusOne() {
        ChatLanguageModel model = answering(
                ChatResponse.builder().aiMessage(AiMessage.from("done")).build());
        assertEquals(
                new Completion("done", -1, -1, Completion.Finish.STOP, "scripted"), model.complete(Prompt.of("next?")));
    }

    @Test
    void aSeedThatCannotBeKeptIsRefused() {
        ChatLanguageModel model = answering(
                ChatResponse.builder().aiMessage(AiMessage.from("done")).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> model.complete(Prompt.of("next?").withSeed(1)));
    }
}
