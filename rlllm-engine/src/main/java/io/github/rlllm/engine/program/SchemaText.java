package io.github.rlllm.engine.program;

import java.util.stream.Collectors;

/** The schema as a language model reads it. */
final class SchemaText {
    private SchemaText() {}

    /** The values of an input in words. */
    static String range(RewardInput input) {
        String bounds = number(input.low(), input) + " to " + number(input.high(), input);
        return switch (input.type()) {
            case BOOLEAN -> "0 or 1";
            case INT -> input.ranged() ? "an int, " + bounds : "an int";
            case DOUBLE -> input.ranged() ? bounds : "finite";
        };
    }

    private static String number(double value, RewardInput input) {
        if (input.type() == RewardInput.Type.INT) {
            return Integer.toString((int) value);
        }
        return value == -Double.MAX_VALUE ? "any" : value == Double.MAX_VALUE ? "any" : Double.toString(value);
    }

    static String description(RewardSchema schema) {
        StringBuilder text = new StringBuilder();
        text.append("/** ").append(schema.sentence()).append(" */\n");
        text.append("class ").append(schema.name()).append(" {\n");
        for (RewardInput input : schema.inputs()) {
            text.append("    /** ").append(input.sentence());
            if (!input.unit().isEmpty()) {
                text.append(" Unit: ").append(input.unit()).append('.');
            }
            if (input.ranged()) {
                text.append(" Range: ").append(range(input)).append('.');
            }
            String lengths =
                    input.shape().stream().map(length -> "[" + length + "]").collect(Collectors.joining());
            if (!lengths.isEmpty()) {
                text.append(" Shape: ").append(lengths).append('.');
            }
            text.append(" */\n    final ").append(input.type().word());
            text.append("[]".repeat(input.shape().size()));
            text.append(' ').append(input.name()).append(";\n");
        }
        text.append("\n    /** To be written. */\n    double reward();\n}\n\n").append(LANGUAGE);
        return text.toString();
    }

    private static final String LANGUAGE = """
            Write only the method `double reward()` and, where they help, constants and helper methods, in this subset of Java:
            - The fields above are read by their names, as in `speed` or `joints[2]` or `joints.length`; they cannot be changed.
            - Types double, int and boolean; local variables; if, else, ?:, for loops that count (for (int i = 0; i < n; i++)
              or for (double q : joints)), break, continue, return.
            - Math.abs, min, max, clamp, sqrt, cbrt, exp, expm1, log, log10, log1p, pow, hypot, sin, cos, tan, asin, acos, atan,
              atan2, sinh, cosh, tanh, floor, ceil, rint, round, signum, toRadians, toDegrees; Math.PI, Math.E.
            - Constants as in `final double WEIGHT = 2.0;` and helper methods as in `double distance(double a, double b) {...}`,
              without recursion; a parameter may be an array, as in `double[] v`.
            - `component("name", value);` in reward() records a named part of the reward; the returned value is the total.
            - No classes, imports, objects, strings, while, new, lambdas, exceptions or assignments inside expressions.
            Every value returned or recorded must be finite.
            """;
}
