package io.github.rlllm.examples.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DiagnosisTest {
    @Test
    void aHealthyRunRaisesNone() {
        assertFalse(Diagnosis.plan(.87, .82, .94, .03));
        assertFalse(Diagnosis.skills(.94, .03));
        assertFalse(Diagnosis.reward(.72, .68));
    }

    @Test
    void plansThatFailInTheWorldAreNamedOnlyWhereTheSkillsAreAble() {
        assertTrue(Diagnosis.plan(.80, .30, .94, .03));
        assertFalse(Diagnosis.plan(.80, .30, .40, .03));
        assertFalse(Diagnosis.plan(.80, .56, .94, .03));
    }

    @Test
    void narrowSkillsFailRightPlansOrSinkUnderTheFloor() {
        assertTrue(Diagnosis.skills(.40, .03));
        assertTrue(Diagnosis.skills(.94, .60));
        assertFalse(Diagnosis.skills(.65, .35));
    }

    @Test
    void aRewardModelThatDoesNotGeneraliseDropsOnThePolicysSamples() {
        assertTrue(Diagnosis.reward(.72, .55));
        assertFalse(Diagnosis.reward(.55, .72));
    }

    @Test
    void sharesAreChecked() {
        assertEquals(
                "planning: 1.5 (expected: from 0 to 1)",
                assertThrows(IllegalArgumentException.class, () -> Diagnosis.plan(1.5, .3, .9, 0))
                        .getMessage());
    }
}
