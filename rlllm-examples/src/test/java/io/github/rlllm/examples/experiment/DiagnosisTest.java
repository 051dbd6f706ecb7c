package io.github.rlllm.examples.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.examples.experiment.Diagnosis.Plans;
import io.github.rlllm.examples.experiment.Diagnosis.Reward;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
    @Test
    void aHealthyRunRaisesNone() {
        Plans healthy = new Plans(.87, .82, .94, .03);
        assertFalse(Diagnosis.plan(healthy));
        assertFalse(Diagnosis.skills(healthy));
        assertFalse(Diagnosis.reward(new Reward(.80, .70)));
    }

    @Test
    void plansThatFailInTheWorldAreNamedOnlyWhereTheSkillsAreAble() {
        assertTrue(Diagnosis.plan(new Plans(.80, .54, .94, .03)));
        assertFalse(Diagnosis.plan(new Plans(.80, .56, .94, .03)));
        assertFalse(Diagnosis.plan(new Plans(.80, .30, .40, .03)));
        assertFalse(Diagnosis.plan(new Plans(.80, .30, .94, .36)));
        // Better in the world than on paper is no fault.
        assertFalse(Diagnosis.plan(new Plans(.30, .80, .94, .03)));
    }

    @Test
    void narrowSkillsFailRightPlansOrSinkUnderTheFloor() {
        assertTrue(Diagnosis.skills(new Plans(.87, .82, .64, .03)));
        assertFalse(Diagnosis.skills(new Plans(.87, .82, .65, .35)));
        assertTrue(Diagnosis.skills(new Plans(.87, .82, .94, .36)));
    }

    @Test
    void aRewardModelThatDoesNotGeneraliseIsOftenWrongOnThePolicysSamples() {
        assertTrue(Diagnosis.reward(new Reward(.90, .64)));
        assertFalse(Diagnosis.reward(new Reward(.90, .66)));
        // One that never was right does not lose what it knew.
        assertFalse(Diagnosis.reward(new Reward(.50, .35)));
        assertFalse(Diagnosis.reward(new Reward(.20, .90)));
    }

    @Test
    void sharesAreChecked() {
        assertEquals(
                "planning: 1.5 (expected: from 0 to 1)",
                assertThrows(IllegalArgumentException.class, () -> new Plans(1.5, .3, .9, 0))
                        .getMessage());
        assertEquals(
                "underFloor: NaN (expected: from 0 to 1)",
                assertThrows(IllegalArgumentException.class, () -> new Plans(.5, .3, .9, Double.NaN))
                        .getMessage());
        assertEquals(
                "after: -0.1 (expected: from 0 to 1)",
                assertThrows(IllegalArgumentException.class, () -> new Reward(.8, -.1))
                        .getMessage());
    }
}
