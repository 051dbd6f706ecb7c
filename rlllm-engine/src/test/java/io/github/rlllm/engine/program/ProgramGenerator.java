package io.github.rlllm.engine.program;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Writes random programs of the language over {@link #SCHEMA}: every construct, well typed, with values that also fail. */
final class ProgramGenerator {
    static final RewardSchema SCHEMA = new RewardSchema(
            "Generated",
            "All kinds of inputs.",
            List.of(
                    RewardInput.number("x", "m", "A number."),
                    RewardInput.number("y", "", "A number from -1 to 1.").withRange(-1, 1),
                    RewardInput.integer("n", "", "A small int.").withRange(0, 9),
                    RewardInput.integer("m", "", "Any int."),
                    RewardInput.flag("b", "A flag."),
                    RewardInput.number("v", "", "Five numbers.").withShape(5),
                    RewardInput.integer("k", "", "Four ints.").withShape(4),
                    RewardInput.flag("f", "Three flags.").withShape(3),
                    RewardInput.number("t", "", "A table.").withShape(2, 3),
                    RewardInput.integer("g", "", "A table of ints.")
                            .withShape(3, 2)
                            .withRange(-3, 3)));

    private final RandomGenerator random;
    private final StringBuilder out = new StringBuilder();
    private final List<List<String>> locals = new ArrayList<>();
    private final List<String> helpers = new ArrayList<>();
    private int names;
    private boolean main;
    private int loops;
    private int result;
    /** Ints are known, and no loop is left early: what runs by blocks. */
    private final boolean plain;

    ProgramGenerator(RandomGenerator random) {
        this(random, false);
    }

    ProgramGenerator(RandomGenerator random, boolean plain) {
        this.random = random;
        this.plain = plain;
    }

    private int kind() {
        return plain ? 2 * random.nextInt(2) : random.nextInt(3);
    }

    /** A row that fits the schema, with extreme values at times. */
    static double[] row(RandomGenerator random) {
        double[] row = new double[SCHEMA.width()];
        int at = 0;
        for (RewardInput input : SCHEMA.inputs()) {
            for (int i = 0; i < input.size(); i++) {
                row[at++] = value(input, random);
            }
        }
        return row;
    }

    private static double value(RewardInput input, RandomGenerator random) {
        double[] special = {0, -0.0, 1, -1, Double.MIN_VALUE, 1e-310, 1e300, -1e300, Double.MAX_VALUE, 0.5};
        return switch (input.type()) {
            case BOOLEAN -> random.nextInt(2);
            case INT ->
                input.ranged()
                        ? random.nextInt((int) input.low(), (int) input.high() + 1)
                        : random.nextInt(6) == 0 ? random.nextInt() : random.nextInt(-5, 6);
            case DOUBLE -> {
                double drawn = random.nextInt(5) == 0 ? special[random.nextInt(special.length)] : random.nextGaussian();
                yield Math.max(input.low(), Math.min(input.high(), drawn));
            }
        };
    }

    String program() {
        if (random.nextBoolean()) {
            out.append("static final double C = ")
                    .append(number())
                    .append(";\nfinal int D = ")
                    .append(random.nextInt(9))
                    .append(";\n");
            helpers.add("C");
            helpers.add("D");
        }
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            helper("h" + i);
        }
        main = true;
        out.append("double reward() {\n");
        locals.clear();
        for (String type : new String[] {"double", "int", "boolean"}) {
            locals.add(new ArrayList<>());
        }
        body(3, "double");
        out.append("}\n");
        return out.toString();
    }

    private void helper(String name) {
        int result = kind();
        locals.clear();
        for (int i = 0; i < 3; i++) {
            locals.add(new ArrayList<>());
        }
        locals.get(0).add("p");
        locals.get(1).add("q");
        boolean table = random.nextBoolean();
        out.append(type(result))
                .append(' ')
                .append(name)
                .append("(double p, int q, double")
                .append(table ? "[][]" : "[]")
                .append(" a) {\n");
        // The element of the parameter is read through a local, so that expressions need not know of it.
        out.append("double e = ")
                .append(table ? "a[q % a.length][a[0].length - 1]" : "a[a.length - 1]")
                .append(";\n");
        locals.get(0).add("e");
        body(2, type(result));
        out.append("}\n");
        helpers.add(name + ":" + result + ":" + (table ? "t" : "v"));
    }

    private static String type(int kind) {
        return kind == 0 ? "double" : kind == 1 ? "int" : "boolean";
    }

    private void body(int depth, String result) {
        this.result = result.equals("double") ? 0 : result.equals("int") ? 1 : 2;
        int statements = 1 + random.nextInt(4);
        for (int i = 0; i < statements; i++) {
            statement(depth);
        }
        out.append("return ").append(expr(this.result, 3)).append(";\n");
    }

    private void statement(int depth) {
        switch (random.nextInt(depth > 0 ? 9 : 4)) {
            case 0, 1 -> declare();
            case 2 -> assign();
            case 3 -> {
                if (main) {
                    out.append("component(\"c")
                            .append(random.nextInt(3))
                            .append("\", ")
                            .append(expr(0, 2))
                            .append(");\n");
                } else {
                    declare();
                }
            }
            case 4, 5 -> {
                out.append("if (").append(expr(2, 2)).append(") {\n");
                scoped(depth);
                out.append("}");
                if (random.nextBoolean()) {
                    out.append(" else {\n");
                    scoped(depth);
                    exit();
                    out.append("}");
                }
                out.append('\n');
            }
            case 6 -> each(depth);
            default -> count(depth);
        }
    }

    /** At times leaves the method or the loop. */
    private void exit() {
        if (random.nextInt(4) == 0) {
            if (plain && loops > 0) {
                return;
            }
            boolean leave = loops > 0 && random.nextBoolean();
            out.append(leave ? random.nextBoolean() ? "break;\n" : "continue;\n" : "return " + expr(result, 2) + ";\n");
        }
    }

    private void each(int depth) {
        String name = "l" + names++;
        int kind = kind();
        out.append("for (")
                .append(type(kind))
                .append(' ')
                .append(name)
                .append(" : ")
                .append(kind == 0 ? "v" : kind == 1 ? "k" : "f")
                .append(") {\n");
        loop(name + "!", kind, depth);
    }

    private void count(int depth) {
        String name = "l" + names++;
        boolean up = random.nextInt(3) > 0;
        String bound = switch (plain ? 1 + 3 * random.nextInt(2) : random.nextInt(5)) {
            case 0 -> "n";
            case 1 -> "g.length";
            case 2 -> "t[0].length";
            case 3 -> random.nextInt(30) == 0 ? "m" : "n + 1";
            default -> Integer.toString(random.nextInt(6));
        };
        String compare = (up ? "<" : ">") + (random.nextBoolean() ? "=" : "");
        String step = random.nextBoolean()
                ? name + (up ? "++" : "--")
                : name + (up ? " += " : " -= ") + (1 + random.nextInt(3));
        out.append("for (int ")
                .append(name)
                .append(" = ")
                .append(up ? "0" : bound)
                .append("; ")
                .append(name)
                .append(' ')
                .append(compare)
                .append(' ')
                .append(up ? bound : "0")
                .append("; ")
                .append(step)
                .append(") {\n");
        loop(name + "!", 1, depth);
    }

    private void loop(String variable, int kind, int depth) {
        loops++;
        locals.get(kind).add(variable);
        scoped(depth);
        locals.get(kind).remove(variable);
        if (!plain && random.nextInt(3) == 0) {
            out.append("if (").append(expr(2, 1)).append(") { ");
            out.append(random.nextBoolean() ? "break" : "continue").append("; }");
            out.append(random.nextBoolean() ? " else { continue; }\n" : "\n");
        }
        loops--;
        out.append("}\n");
    }

    private void scoped(int depth) {
        int[] marks = {locals.get(0).size(), locals.get(1).size(), locals.get(2).size()};
        int statements = 1 + random.nextInt(2);
        for (int i = 0; i < statements; i++) {
            statement(loops > 1 ? 0 : depth - 1);
        }
        for (int i = 0; i < 3; i++) {
            while (locals.get(i).size() > marks[i]) {
                locals.get(i).remove(locals.get(i).size() - 1);
            }
        }
    }

    private void declare() {
        int kind = kind();
        String name = "l" + names++;
        out.append(type(kind))
                .append(' ')
                .append(name)
                .append(" = ")
                .append(expr(kind, 3))
                .append(";\n");
        locals.get(kind).add(name);
    }

    private void assign() {
        int kind = kind();
        List<String> free =
                locals.get(kind).stream().filter(name -> !name.endsWith("!")).toList();
        if (free.isEmpty()) {
            declare();
            return;
        }
        String name = free.get(random.nextInt(free.size()));
        if (kind == 2 || random.nextBoolean()) {
            out.append(name).append(" = ").append(expr(kind, 3)).append(";\n");
        } else if (random.nextInt(3) == 0) {
            out.append(name).append(random.nextBoolean() ? "++;\n" : "--;\n");
        } else {
            out.append(name)
                    .append(' ')
                    .append("+-*/%".charAt(random.nextInt(5)))
                    .append("= ")
                    .append(expr(kind, 2))
                    .append(";\n");
        }
    }

    private String number() {
        return switch (random.nextInt(5)) {
            case 0 -> "0.0";
            case 1 -> "1e" + random.nextInt(-20, 20);
            case 2 -> ".5";
            default -> Double.toString(Math.abs(random.nextGaussian()));
        };
    }

    private String pick(String... options) {
        return options[random.nextInt(options.length)];
    }

    private String expr(int kind, int depth) {
        if (depth <= 0 || random.nextInt(5) == 0) {
            return leaf(kind);
        }
        String call = random.nextInt(8) == 0 ? call(kind, depth) : null;
        if (call != null) {
            return call;
        }
        return kind == 0 ? ofDouble(depth - 1) : kind == 1 ? ofInt(depth - 1) : ofFlag(depth - 1);
    }

    private String call(int kind, int depth) {
        List<String> fit = helpers.stream()
                .filter(helper -> helper.contains(":" + kind + ":"))
                .toList();
        if (fit.isEmpty()) {
            return null;
        }
        String[] helper = fit.get(random.nextInt(fit.size())).split(":");
        return helper[0] + "(" + expr(0, depth - 2) + ", " + expr(1, depth - 2) + ", " + helper[2] + ")";
    }

    private String leaf(int kind) {
        List<String> known = locals.get(kind);
        if (!known.isEmpty() && random.nextBoolean()) {
            return known.get(random.nextInt(known.size())).replace("!", "");
        }
        if (plain) {
            return switch (kind) {
                case 0 -> pick("x", "y", "v[0]", "v[4]", "t[1][2]", number(), "Math.PI");
                case 1 -> pick("2", "v.length", "t[0].length", Integer.toString(random.nextInt(7)));
                default -> pick("b", "f[1]", "true", "f[0]");
            };
        }
        return switch (kind) {
            case 0 ->
                helpers.contains("C") && random.nextInt(4) == 0
                        ? "C"
                        : pick("x", "y", "v[0]", "v[4]", "t[1][2]", number(), "Math.PI", "v[n % 5]", "v[n]");
            case 1 ->
                helpers.contains("D") && random.nextInt(4) == 0
                        ? "D"
                        : pick(
                                "n",
                                "m",
                                "k[3]",
                                "g[2][1]",
                                Integer.toString(random.nextInt(7)),
                                "v.length",
                                "k[n % 4]",
                                "g[n % 3][k.length % 2]");
            default -> pick("b", "f[1]", "true", "false", "f[n % 3]");
        };
    }

    private String ofDouble(int depth) {
        String one = random.nextInt(6) == 0 ? plain ? pick("n", "m", "k[3]") : expr(1, depth) : expr(0, depth);
        String two = expr(0, depth);
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> "(" + one + " " + pick("+", "-", "*", "/", "%") + " " + two + ")";
            case 4 -> "-(" + one + ")";
            case 5 -> "(" + expr(2, depth) + " ? " + one + " : " + two + ")";
            case 6 -> "(double) " + expr(1, depth);
            default -> function(one, two, depth);
        };
    }

    private String function(String one, String two, int depth) {
        MathFunction[] all = MathFunction.values();
        MathFunction function;
        do {
            function = all[random.nextInt(all.length)];
        } while (function.result() != RewardInput.Type.DOUBLE);
        String arguments = function.arity() == 1
                ? two
                : function.arity() == 2 ? one + ", " + two : two + ", " + one + ", " + expr(0, depth);
        return "Math." + function.word() + "(" + arguments + ")";
    }

    private String ofInt(int depth) {
        String one = expr(1, depth);
        String two = expr(1, depth);
        return switch (plain ? random.nextInt(5) : random.nextInt(9)) {
            case 0, 1, 2, 3 -> "(" + one + " " + pick("+", "-", "*", "/", "%") + " " + two + ")";
            case 4 -> "-(" + one + ")";
            case 5 -> "(int) (" + expr(0, depth) + ")";
            case 6 -> "Math." + pick("min", "max") + "(" + one + ", " + two + ")";
            case 7 -> random.nextBoolean() ? "Math.abs(" + one + ")" : "Math.round(" + expr(0, depth) + ")";
            default -> "(" + expr(2, depth) + " ? " + one + " : " + two + ")";
        };
    }

    private String ofFlag(int depth) {
        return switch (random.nextInt(6)) {
            case 0 -> "!(" + expr(2, depth) + ")";
            case 1 -> "(" + expr(2, depth) + pick(" && ", " || ") + expr(2, depth) + ")";
            case 2 -> "(" + expr(2, depth) + pick(" == ", " != ") + expr(2, depth) + ")";
            case 3 -> "(" + expr(1, depth) + pick(" < ", " <= ", " > ", " >= ", " == ", " != ") + expr(1, depth) + ")";
            default ->
                "(" + expr(0, depth) + pick(" < ", " <= ", " > ", " >= ", " == ", " != ")
                        + expr(random.nextInt(2), depth) + ")";
        };
    }
}
