package io.github.rlllm.examples.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.world.house.SkillGoal;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InstructionFileTest {
    private static Instruction one(String line) throws IOException {
        return InstructionFile.read("test", new StringReader(line)).fill(1).get(0);
    }

    private static SkillGoal goal(String text) {
        return SkillGoal.parse(text);
    }

    @Test
    void readsWhatOthersWrite() throws IOException {
        Instruction instruction = one("take the red ball to the box\tpick up red ball; put next to blue box"
                + " | pick up red ball; put down next to the green box");
        assertEquals("take the red ball to the box", instruction.text());
        assertEquals(2, instruction.length());
        assertFalse(instruction.impossible());
        assertTrue(instruction.matches(List.of(goal("pick up red ball"), goal("put down next to green box")), false));
        assertFalse(instruction.matches(List.of(goal("put down next to green box"), goal("pick up red ball")), false));
        assertFalse(instruction.matches(List.of(goal("pick up red ball")), false));
        assertFalse(instruction.matches(List.of(goal("pick up red ball"), goal("put down next to blue box")), true));
    }

    @Test
    void impossibleIsGivingUp() throws IOException {
        Instruction bare = one("fetch the moon\timpossible");
        assertTrue(bare.impossible());
        assertTrue(bare.matches(List.of(), true));
        assertFalse(bare.matches(List.of(), false));
        Instruction late = one("go there, then fetch the moon\tgo to red ball; impossible");
        assertTrue(late.matches(List.of(goal("go to red ball")), true));
        assertFalse(late.matches(List.of(), true));
    }

    @Test
    void anyMeansEveryColour() throws IOException {
        Instruction any = one("a ball, please\tpick up any ball\tchoice any ball");
        assertTrue(any.matches(List.of(goal("pick up grey ball")), false));
        assertFalse(any.matches(List.of(goal("pick up grey box")), false));
        assertEquals(Instruction.Trouble.CHOICE, any.scene().trouble());
    }

    @Test
    void slotsAndMentionsAreFilled() throws IOException {
        Instruction filled = one("get the {k:key=d}, open the {d:door} and wait at [it@3]\tpick up k; open d; go to d");
        String door = filled.plans().get(0).steps().get(1).thing();
        assertEquals(
                door.replace("door", "key"),
                filled.plans().get(0).steps().get(0).thing());
        assertEquals(
                List.of(1, 2, 3),
                filled.mentions().stream().map(Instruction.Mention::step).toList());
        Instruction.Mention it = filled.mentions().get(2);
        assertEquals("it", filled.text().substring(it.from(), it.to()));
        assertEquals(door, it.thing());
    }

    @Test
    void refusesWithTheLine() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> one("jump\tjump over red ball"))
                .getMessage()
                .startsWith("test:1: skill: 'jump over red ball' (expected: go to"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> one("no plan"))
                .getMessage()
                .startsWith("test:1: 1 columns"));
        assertThrows(IllegalArgumentException.class, () -> one("open the box\topen red box"));
        assertThrows(IllegalArgumentException.class, () -> one("\n# nothing\n"));
    }

    @Test
    void noHeldOutWordingIsAmongThoseFitted() throws IOException {
        InstructionFile fit = InstructionFile.ours("fit");
        InstructionFile heldOut = InstructionFile.ours("heldout");
        assertTrue(fit.size() <= 300, fit.toString());
        assertTrue(heldOut.size() >= 150, heldOut.toString());
        Set<String> wordings = new HashSet<>();
        fit.wordings().forEach(wording -> wordings.add(bare(wording)));
        heldOut.wordings().forEach(wording -> assertTrue(wordings.add(bare(wording)), wording));
        Set<Integer> lengths = new HashSet<>();
        heldOut.fill(1).forEach(instruction -> lengths.add(instruction.length()));
        assertEquals(Set.of(1, 2, 3, 4), lengths);
    }

    private static String bare(String wording) {
        return wording.toLowerCase(Locale.ROOT)
                .replaceAll("\\{[^}]*\\}", "x")
                .replaceAll("[^a-z ]", "")
                .replaceAll("\\b(please|the|a)\\b", "")
                .replaceAll(" +", " ")
                .strip();
    }

    @Test
    void everySeedFillsEverySlot() throws IOException {
        for (String ours : List.of("fit", "heldout")) {
            InstructionFile file = InstructionFile.ours(ours);
            for (int seed = 0; seed < 200; seed++) {
                assertEquals(file.size(), file.fill(seed).size());
            }
        }
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> one("get {a:key} {b:key} {c:key} {e:key} {f:key} {g:key} {h:key}\tpick up a"))
                .getMessage()
                .endsWith("(expected: a thing is left for each)"));
    }

    @Test
    void everyInstructionOfOthersHasAHouse() throws Exception {
        Path file = Path.of(Objects.requireNonNull(getClass().getResource("instructions-others.tsv"))
                .toURI());
        int i = 0;
        for (Instruction instruction : InstructionFile.of(file).fill(1)) {
            assertTrue(HouseScene.of(instruction, i++).things().size() >= 7, instruction.text());
        }
        assertEquals(100, i);
    }

    @Test
    void everyHeldOutInstructionHasAHouse() throws IOException {
        int i = 0;
        for (Instruction instruction : InstructionFile.ours("heldout").fill(7)) {
            assertTrue(HouseScene.of(instruction, i++).things().size() >= 7, instruction.text());
        }
    }
}
