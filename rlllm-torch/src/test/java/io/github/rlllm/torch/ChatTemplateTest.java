package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.rlllm.api.Message;
import io.github.rlllm.api.Message.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatTemplateTest {
    private static final Message SYSTEM = new Message(Role.SYSTEM, "S");
    private static final Message ONE = new Message(Role.USER, "one");
    private static final Message YES = new Message(Role.ASSISTANT, "yes");
    private static final Message TWO = new Message(Role.USER, "two");
    private static final List<Message> TALK = List.of(SYSTEM, ONE, YES, TWO);

    @Test
    void conversationsAsTheModelsWereTunedOnThem() {
        assertEquals("one", ChatTemplate.PLAIN.write(List.of(ONE)));
        assertEquals(
                "S\n\nHuman: one\n\nAssistant: yes\n\nHuman: two\n\nAssistant:", ChatTemplate.TRANSCRIPT.write(TALK));
        assertEquals(
                "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\none<|im_end|>\n<|im_start|>assistant\nyes<|im_end|>\n"
                        + "<|im_start|>user\ntwo<|im_end|>\n<|im_start|>assistant\n",
                ChatTemplate.CHATML.write(TALK));
        assertEquals(
                "<|start_header_id|>user<|end_header_id|>\n\none<|eot_id|>"
                        + "<|start_header_id|>assistant<|end_header_id|>\n\n",
                ChatTemplate.LLAMA3.write(List.of(ONE)));
        assertEquals(
                "<start_of_turn>user\nS\n\none<end_of_turn>\n<start_of_turn>model\nyes<end_of_turn>\n"
                        + "<start_of_turn>user\ntwo<end_of_turn>\n<start_of_turn>model\n",
                ChatTemplate.GEMMA.write(TALK));
    }

    @Test
    void messagesOutOfTurnAreRefused() {
        for (List<Message> bad : List.of(
                List.of(SYSTEM), List.of(ONE, TWO), List.of(ONE, YES), List.of(YES), List.of(ONE, SYSTEM, TWO))) {
            assertThrows(IllegalArgumentException.class, () -> ChatTemplate.CHATML.write(bad), bad.toString());
        }
        assertThrows(IllegalArgumentException.class, () -> ChatTemplate.PLAIN.write(TALK));
    }

    @Test
    void templatesAreFoundByName() {
        assertEquals(ChatTemplate.CHATML, ChatTemplate.named("chatml"));
        assertEquals(
                "template: mistral (expected: one of plain, transcript, chatml, llama3, gemma)",
                assertThrows(IllegalArgumentException.class, () -> ChatTemplate.named("mistral"))
                        .getMessage());
    }
}
