package io.github.rlllm.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RecordsTest {
    private static String refused(Runnable call) {
        return assertThrows(IllegalArgumentException.class, call::run).getMessage();
    }

    private static String word(Directive directive) {
        return directive.fold(
                call -> "invoke " + call, question -> "ask " + question, () -> "done", why -> "no: " + why);
    }

    @Test
    void directivesFoldToTheirKind() {
        assertEquals("invoke put(ball, box)", word(Directive.invoke(SkillCall.of("put", "ball", "box"))));
        assertEquals("ask which?", word(Directive.ask("which?")));
        assertEquals("done", word(Directive.done()));
        assertEquals("no: too far", word(Directive.giveUp("too far")));
        assertEquals(Directive.done(), Directive.done());
        assertEquals(Directive.invoke(SkillCall.of("a")), Directive.invoke(SkillCall.of("a")));
        assertNotEquals(Directive.ask("x"), Directive.giveUp("x"));
        assertThrows(NullPointerException.class, () -> Directive.invoke(null));
        assertThrows(NullPointerException.class, () -> Directive.ask(null));
        assertThrows(NullPointerException.class, () -> Directive.giveUp(null));
    }

    @Test
    void parsedFoldsToOneOfTwo() {
        Parsed<Integer> seven = Parsed.accepted(7);
        Parsed<Integer> none = Parsed.rejected("line 1, column 3: '?' (expected: a digit)");
        assertEquals("8", seven.fold(n -> "" + (n + 1), reason -> reason));
        assertEquals("line 1, column 3: '?' (expected: a digit)", none.fold(n -> "", reason -> reason));
        assertEquals(Parsed.accepted(7), seven);
        assertNotEquals(Parsed.accepted("a"), Parsed.rejected("a"));
        assertThrows(NullPointerException.class, () -> Parsed.accepted(null));
        assertThrows(NullPointerException.class, () -> Parsed.rejected(null));
    }

    @Property(tries = 100)
    void foldsCallExactlyOneFunction(@ForAll String text) {
        List<String> called = new ArrayList<>();
        for (Directive directive : List.of(
                Directive.invoke(SkillCall.of(text)), Directive.ask(text), Directive.done(), Directive.giveUp(text))) {
            directive.fold(
                    call -> called.add("invoke"),
                    q -> called.add("ask"),
                    () -> called.add("done"),
                    r -> called.add("up"));
        }
        Parsed.accepted(text).fold(value -> called.add("value " + value), reason -> called.add("reason"));
        Parsed.rejected(text).fold(value -> called.add("value"), reason -> called.add("reason " + reason));
        assertEquals(List.of("invoke", "ask", "done", "up", "value " + text, "reason " + text), called);
    }

    @Test
    void steps() {
        Step<String> step = new Step<>("seen", 1.5, Ending.TRUNCATED);
        assertTrue(step.ending().over());
        assertTrue(Ending.TERMINATED.over());
        assertFalse(Ending.NONE.over());
        assertEquals("reward: NaN (expected: a finite number)", refused(() -> new Step<>("", Double.NaN, Ending.NONE)));
        assertEquals(
                "reward: -Infinity (expected: a finite number)",
                refused(() -> new Step<>("", Double.NEGATIVE_INFINITY, Ending.NONE)));
        assertThrows(NullPointerException.class, () -> new Step<String>(null, 0, Ending.NONE));
        assertThrows(NullPointerException.class, () -> new Step<>("", 0, null));
    }

    @Test
    void prompts() {
        Prompt prompt = Prompt.of("hello");
        assertEquals(List.of(new Message(Message.Role.USER, "hello")), prompt.messages());
        assertEquals(1024, prompt.maxTokens());
        assertNull(prompt.seed());
        assertNull(prompt.schema());
        Prompt changed =
                prompt.withMaxTokens(5).withSeed(9).withStop(List.of("\n")).withSchema("{}");
        assertEquals(new Prompt(prompt.messages(), List.of("\n"), 5, 9L, "{}"), changed);
        assertEquals(1024, prompt.maxTokens(), "the first is unchanged");
        assertEquals("maxTokens: 0 (expected: >= 1)", refused(() -> prompt.withMaxTokens(0)));
        assertEquals(
                "stop[1]: empty (expected: at least one character)", refused(() -> prompt.withStop(List.of("a", ""))));
        assertEquals(
                "messages: none (expected: at least one)",
                refused(() -> new Prompt(List.of(), List.of(), 1, null, null)));
    }

    @Test
    void recordsCopyTheirLists() {
        List<Message> messages = new ArrayList<>(List.of(new Message(Message.Role.SYSTEM, "be brief")));
        List<String> stop = new ArrayList<>(List.of("x"));
        Prompt prompt = new Prompt(messages, stop, 1, null, null);
        List<String> arguments = new ArrayList<>(List.of("ball"));
        SkillCall call = new SkillCall("get", arguments);
        messages.clear();
        stop.clear();
        arguments.clear();
        assertEquals(1, prompt.messages().size());
        assertEquals(List.of("x"), prompt.stop());
        assertEquals("get(ball)", call.toString());
        assertEquals("wait", SkillCall.of("wait").toString());
        assertEquals(SkillCall.of("get", "ball"), call);
    }

    @Test
    void budgets() {
        assertEquals("calls: -1 (expected: >= 0)", refused(() -> Budget.ofCalls(-1)));
        assertEquals("tokens: -1 (expected: >= 0)", refused(() -> new Budget(0, -1, Duration.ZERO)));
        assertEquals("time: PT-1S (expected: >= 0)", refused(() -> new Budget(0, 0, Duration.ofSeconds(-1))));
        Budget budget = Budget.ofCalls(3);
        assertEquals(3, budget.calls());
        assertEquals(Long.MAX_VALUE, budget.tokens());
        assertEquals(Long.MAX_VALUE, budget.time().toNanos(), "fits into nanoseconds");
    }

    @Test
    void completions() {
        new Completion("", -1, -1, Completion.Finish.STOP, "scripted");
        assertEquals(
                "tokensIn: -2 (expected: >= 0, or -1 for unknown)",
                refused(() -> new Completion("", -2, 0, Completion.Finish.STOP, "m")));
        assertEquals(
                "tokensOut: -7 (expected: >= 0, or -1 for unknown)",
                refused(() -> new Completion("", 0, -7, Completion.Finish.STOP, "m")));
    }

    @Test
    void eventsSayThemselvesInOneLine() {
        SkillCall call = SkillCall.of("go to", "red ball");
        SkillResult success = new SkillResult(SkillResult.Status.SUCCESS, "");
        PlanEvent executed = PlanEvent.executed(call, success);
        assertEquals("go to(red ball): success", executed.text());
        assertEquals(call, executed.call());
        assertEquals(success, executed.result());
        assertEquals(
                "go to(red ball): the door is locked",
                PlanEvent.executed(call, new SkillResult(SkillResult.Status.FAILED, "the door is locked"))
                        .text());
        PlanEvent said = PlanEvent.said("scene", "a ball\r\ngo to(ball): success");
        assertEquals("scene: a ball go to(ball): success", said.text());
        assertNull(said.call());
        assertNull(said.result());
        assertEquals(PlanEvent.said("a", "b"), PlanEvent.said("a", "b"));
        PlanEvent own = () -> "anything";
        assertNull(own.call());
    }

    @Property(tries = 200)
    void noReportForgesASecondLine(@ForAll String source, @ForAll String text) {
        assertEquals(
                1,
                PlanEvent.said(source, text + "\u2028x\u0085y\r\nz")
                        .text()
                        .lines()
                        .count());
        SkillResult result = new SkillResult(SkillResult.Status.FAILED, text + "\n" + source);
        assertFalse(PlanEvent.executed(SkillCall.of("do"), result).text().contains("\n"));
    }

    @Test
    void planContextsCopyTheirLists() {
        List<SkillCall> allowed = new ArrayList<>(List.of(SkillCall.of("wait")));
        List<PlanEvent> history = new ArrayList<>(List.of(PlanEvent.said("a", "b")));
        SplittableRandom rng = new SplittableRandom(1);
        PlanContext<String> context =
                new PlanContext<>("tidy up", "state", history, allowed, Budget.ofCalls(2), Control.none(), rng);
        allowed.clear();
        history.clear();
        assertEquals(List.of(SkillCall.of("wait")), context.allowed());
        assertEquals(List.of(PlanEvent.said("a", "b")), context.history());
        assertEquals("tidy up", context.task());
        assertEquals("state", context.state());
        assertEquals(2, context.remaining().calls());
        assertFalse(context.control().cancelled());
        assertEquals(rng, context.rng());
    }

    @Test
    void provenanceIsInOneOrder() {
        Provenance provenance = new Provenance("x", Map.of("b", "2", "a", "1", "c", "3"), 4, "none", "m");
        assertEquals("{a=1, b=2, c=3}", provenance.config().toString());
        assertEquals(provenance, new Outcome<>(1, provenance).provenance());
        assertTrue(Provenance.thisMachine().contains(System.getProperty("java.vm.version")));
    }
}
