package io.github.rlllm.examples.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StepOrdersTest {
    private static final boolean[] PLAIN = new boolean[4];

    @Property(tries = 7)
    void everyOrderOnceUpToFiveStepsThenRotations(@ForAll @IntRange(min = 1, max = 7) int n) {
        Set<String> orders = new HashSet<>();
        for (int[] order : StepOrders.of(n)) {
            int[] sorted = order.clone();
            Arrays.sort(sorted);
            assertEquals(
                    IntStream.range(0, n).boxed().toList(),
                    Arrays.stream(sorted).boxed().toList());
            assertTrue(orders.add(Arrays.toString(order)));
            double prior = StepOrders.prior(order, new boolean[n]);
            assertTrue(prior > 0 && prior <= 1, Arrays.toString(order));
        }
        assertEquals(n <= 5 ? new int[] {0, 1, 2, 6, 24, 120}[n] : n, orders.size());
    }

    @Test
    void anInversionIsWhereWhatIsWrittenNextIsDoneEarlier() {
        int[] order = {2, 0, 1};
        assertFalse(StepOrders.inverted(order, 0));
        assertTrue(StepOrders.inverted(order, 1));
        assertThrows(IllegalArgumentException.class, () -> StepOrders.inverted(new int[] {0}, 3));
    }

    @Test
    void whatFollowsAnInversionIsDoneBeforeAllThatStandsBeforeIt() {
        assertEquals(1, StepOrders.prior(new int[] {0, 1, 2}, PLAIN));
        assertEquals(1, StepOrders.prior(new int[] {1, 0}, PLAIN));
        assertEquals(0.9, StepOrders.prior(new int[] {2, 0, 1}, PLAIN), 1e-12);
        assertEquals(0.9, StepOrders.prior(new int[] {1, 2, 0}, PLAIN), 1e-12);
        assertEquals(0.1, StepOrders.prior(new int[] {0, 2, 1}, PLAIN), 1e-12);
        assertEquals(0.01, StepOrders.prior(new int[] {2, 1, 0}, PLAIN), 1e-12);
    }

    @Test
    void aDoorChangesPlacesWithItsKeyAlone() {
        boolean[] first = {true, false, false};
        assertEquals(1, StepOrders.prior(new int[] {1, 0, 2}, first));
        assertEquals(1, StepOrders.prior(new int[] {2, 1, 0}, first));
        assertEquals(0.9, StepOrders.prior(new int[] {1, 2, 0}, first), 1e-12);
    }
}
