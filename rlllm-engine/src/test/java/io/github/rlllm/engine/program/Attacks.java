package io.github.rlllm.engine.program;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The attacks of reward-attacks.txt. A line is a form and a text, and below it the verdict: E is an expression that is returned, S
 * are statements before {@code return 0;}, P is a program (with \n for a new line), G names a program that is generated here.
 */
final class Attacks {
    static final RewardSchema SCHEMA = new RewardSchema(
            "Attacked",
            "What an attack may read.",
            List.of(
                    RewardInput.number("hand", "m", "A number.").withRange(-1, 1),
                    RewardInput.number("joints", "rad", "Three numbers.")
                            .withShape(3)
                            .withRange(-3, 3),
                    RewardInput.integer("n", "", "An int.").withRange(0, 9),
                    RewardInput.flag("held", "A flag."),
                    RewardInput.integer("grid", "", "A table.").withShape(2, 2).withRange(0, 5)));

    record Attack(String category, String line, String source, String verdict) {}

    private Attacks() {}

    static List<Attack> all() {
        List<Attack> attacks = new ArrayList<>();
        String category = "";
        String line = "";
        for (String each : text().split("\n")) {
            if (each.startsWith("## ")) {
                category = each.substring(3);
            } else if (each.startsWith("=> ")) {
                attacks.add(new Attack(category, line, source(line), each.substring(3)));
            } else {
                line = each;
            }
        }
        return attacks;
    }

    private static String text() {
        try (InputStream in = Attacks.class.getResourceAsStream("/reward-attacks.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static String source(String line) {
        String text = line.substring(2);
        return switch (line.charAt(0)) {
            case 'E' -> "double reward() { return " + text + "; }";
            case 'S' -> "double reward() { " + text + " return 0; }";
            case 'P' -> text.replace("\\n", "\n");
            case 'G' -> generated(text);
            default -> throw new AssertionError(line);
        };
    }

    private static String each(int count, String separator, java.util.function.IntFunction<String> one) {
        return IntStream.range(0, count).mapToObj(one).collect(Collectors.joining(separator));
    }

    private static String returning(String expression) {
        return "double reward() { return " + expression + "; }";
    }

    private static String body(String statements) {
        return "double reward() { " + statements + " return 0; }";
    }

    private static String generated(String name) {
        return switch (name) {
            case "longComment" -> "/*" + "x".repeat(40_000) + "*/ " + returning("1");
            case "longSource" -> " ".repeat(10_000_000);
            case "manyTokens" -> body("{}".repeat(5_000));
            case "longName" -> returning("a".repeat(5_000));
            case "longNumber" -> returning("1".repeat(5_000));
            case "longExpression" -> returning(each(1_500, " + ", i -> "hand"));
            case "manyLocals" -> body(each(600, "", i -> "int a" + i + "=0;"));
            case "manyMethods" -> each(100, " ", i -> "int f" + i + "() { return 1; }") + returning("1");
            case "manyParameters" -> "int f(" + each(60, ",", i -> "int a" + i) + ") { return 1; }" + returning("1");
            case "manyComponents", "floodComponents" -> body(each(100, "", i -> "component(\"c" + i + "\",1);"));
            case "manySemicolons" -> body(";".repeat(30_000));
            case "longString" -> body("component(\"" + "a".repeat(500) + "\", 1);");
            case "manyLines" -> "\n".repeat(32_000) + "x";
            case "deepParentheses" -> returning("(".repeat(5_000) + "1" + ")".repeat(5_000));
            case "deepBlocks" -> body("{".repeat(1_000) + "}".repeat(1_000));
            case "deepUnary" -> returning("- ".repeat(3_000) + "hand");
            case "deepNot" -> returning("!".repeat(3_000) + "held ? 1 : 0");
            case "deepCasts" -> returning("(int)".repeat(1_000) + "hand");
            case "deepTernary" -> returning("held ? 1 : ".repeat(1_000) + "0");
            case "deepElseIf" -> body("if (held) {} else ".repeat(500) + "{}");
            case "deepFor" -> body(each(200, "", i -> "for (int i" + i + "=0;i" + i + "<1;i" + i + "++) ") + ";");
            case "deepCalls" ->
                each(
                                63,
                                " ",
                                i -> "double f" + i + "(double x) { return " + (i == 0 ? "x" : "f" + (i - 1) + "(x)")
                                        + "; }")
                        + returning("f62(hand)");
            case "deepIndex" -> returning("joints[n - ".repeat(60) + "n" + "]".repeat(60));
            case "bombCalls", "bombHelpers" ->
                each(
                                60,
                                " ",
                                i -> "double f" + i + "(double x) { return "
                                        + (i == 0 ? "x" : "f" + (i - 1) + "(x) + f" + (i - 1) + "(x)") + "; }")
                        + returning("f59(hand)");
            case "bombConstants" ->
                each(
                                64,
                                " ",
                                i -> "final double C" + i + " = " + (i == 0 ? "1.0" : "C" + (i - 1) + " + C" + (i - 1))
                                        + ";")
                        + returning("hand + C63");
            case "bombLoops" ->
                body("int a = 0; " + each(12, "", i -> "for (int i" + i + "=0;i" + i + "<100;i" + i + "++) ")
                        + "a = 1;");
            case "bombProducts" -> body("double x = hand; " + "x = x * x;".repeat(600));
            case "bombBranches" ->
                body("double x = 0; " + "if (held) { x += 1; } else { x -= 1; }".repeat(150) + " component(\"x\", x);");
            case "bombTernaries" -> returning("held ? (held ? (held ? (held ? (held ? hand : 1) : 2) : 3) : 4) : 5");
            case "bombLiterals" -> returning(each(350, " + ", i -> i + ".5"));
            case "bombConditions" -> returning(each(250, " && ", i -> "held") + " ? 1 : 0");
            case "bombComponents" -> body("component(\"c\", hand);".repeat(500));
            case "bombArrays" ->
                body(
                        "double s = 0; for (double a : joints) for (double b : joints) for (double c : joints) for (double d : joints) for (double e : joints) for (double f : joints) for (double g : joints) for (double h : joints) for (double i : joints) for (double j : joints) for (double k : joints) for (double l : joints) for (double m : joints) s += m; component(\"s\", s);");
            case "collidingNames" ->
                body(
                        "int Aa = 1, BB = 2; int AaAa = Aa, BBBB = BB, AaBB = 3, BBAa = 4; component(\"a\", AaAa + BBBB + AaBB + BBAa + hand);");
            case "collidingComponents" -> body("component(\"Aa\", hand); component(\"BB\", 1);");
            case "collidingMethods" ->
                "int Aa() { return 1; } int BB() { return 2; } " + returning("hand + Aa() - BB()");
            case "collidingConstants" -> "final int Aa = 1; final int BB = 2; " + returning("hand + Aa - BB");
            default -> throw new AssertionError(name);
        };
    }
}
