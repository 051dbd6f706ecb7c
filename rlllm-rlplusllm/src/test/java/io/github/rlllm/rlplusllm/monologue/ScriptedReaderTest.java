package io.github.rlllm.rlplusllm.monologue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Completion;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptedReaderTest {
    private static final List<String> OPTIONS = List.of(
            "Robot action: put the cup",
            "Robot action: put the jar",
            "Robot action: put the pot",
            "Robot action: done");

    private static final ScriptedReader READER = new ScriptedReader(new ScriptedReader.Understanding() {
        @Override
        public List<String> actions(String instruction) {
            return instruction.equals("all") ? List.of("put the cup", "put the jar") : List.of("put the pot");
        }

        @Override
        public boolean unclear(String instruction) {
            return instruction.equals("something");
        }
    });

    private static String next(String... lines) {
        return READER.score(String.join("\n", lines) + "\n", OPTIONS).mode();
    }

    private static String asking(String... lines) {
        List<String> options = new ArrayList<>(OPTIONS);
        options.add("Robot ask: what is left?");
        return READER.score(String.join("\n", lines) + "\n", options).mode();
    }

    @Test
    void withoutFeedbackItTakesEverythingForDone() {
        assertEquals("Robot action: put the cup", next("Human: all"));
        assertEquals("Robot action: put the jar", next("Human: all", "Robot action: put the cup"));
        assertEquals(
                "Robot action: done", next("Human: all", "Robot action: put the cup", "Robot action: put the jar"));
    }

    @Test
    void whatFailedIsTriedAgain() {
        String[] failed = {"Human: all", "Robot action: put the cup", "Success: false"};
        assertEquals("Robot action: put the cup", next(failed));
        assertEquals("Robot action: put the jar", next("Human: all", "Robot action: put the cup", "Success: true"));
    }

    @Test
    void theSceneShowsWhatWasUndone() {
        assertEquals(
                "Robot action: put the cup",
                next(
                        "Human: all",
                        "Robot action: put the cup",
                        "Scene: finished: put the cup",
                        "Robot action: put the jar",
                        "Success: true",
                        "Scene: finished: put the jar"));
        assertEquals(
                "Robot action: put the cup",
                next("Human: all", "Robot action: put the cup", "Scene: finished: nothing"));
    }

    @Test
    void itAsksBeforeItIsDoneAndBelievesTheAnswer() {
        String[] both = {"Human: all", "Robot action: put the cup", "Robot action: put the jar"};
        assertEquals("Robot ask: what is left?", asking(both));
        assertEquals(
                "Robot action: put the cup",
                asking(both[0], both[1], both[2], "Robot ask: what is left?", "Human: left: put the cup"));
        assertEquals(
                "Robot ask: what is left?",
                asking(both[0], both[1], both[2], "Human: left: put the cup", "Robot action: put the cup"));
        assertEquals("Robot action: done", asking(both[0], both[1], both[2], "Human: nothing"));
    }

    @Test
    void whatIsUnclearIsAskedFirstOrGuessed() {
        assertEquals("Robot ask: what is left?", asking("Human: something"));
        assertEquals("Robot action: put the jar", asking("Human: something", "Human: left: put the jar"));
        assertEquals(
                "Robot ask: what is left?",
                asking("Human: something", "Human: left: put the jar", "Robot action: put the jar"));
        assertEquals("Robot action: put the pot", next("Human: something"));
    }

    @Test
    void onlyTheLastMonologueIsRead() {
        assertEquals(
                "Robot action: put the cup",
                next("Human: all", "Robot action: put the cup", "Robot action: done", "", "Human: all"));
    }

    /** A model that gives these answers in turn. */
    private static GeneratedLine model(List<String> prompts, String... answers) {
        Iterator<String> left = List.of(answers).iterator();
        return new GeneratedLine(prompt -> {
            prompts.add(prompt.messages().get(0).text());
            return new Completion(left.next(), 1, 1, Completion.Finish.STOP, "test");
        });
    }

    @Test
    void aGeneratedLineIsOneOfTheOptions() {
        List<String> prompts = new ArrayList<>();
        GeneratedLine model = model(prompts, "I think so.", "Sure:\nrobot ACTION: put the jar.");
        assertEquals(
                "Robot action: put the jar",
                model.score("Human: all\n", OPTIONS).mode());
        assertEquals(2, prompts.size());
        assertTrue(prompts.get(0).contains("Human: all\n\nThe next line is one of:\nRobot action: put the cup\n"));
        assertTrue(prompts.get(1).contains("Not one of these lines: I think so.\n"));
        assertThrows(
                IllegalStateException.class, () -> model(prompts, "a", "b", "c").score("Human: all\n", OPTIONS));
    }
}
