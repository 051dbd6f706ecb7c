package io.github.rlllm.engine.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One row of a result: a method, a baseline or a control.
 *
 * @param name what it is, such as {@code random}
 * @param model the language model or engine behind it; {@code none} where there is none, and a scripted model is called
 *     scripted
 * @param metrics its figures by name, in the order in which they are shown
 */
public record Arm(String name, String model, Map<String, Metric> metrics) {
    /** Copies, keeping the order. */
    public Arm {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }
}
