package io.github.rlllm.engine.program;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Expressions by operator precedence (Pratt 1973), typed as they are read. Each construct is built here by name; whatever is
 * not, is refused.
 */
final class ExpressionParser {
    private static final int MOST_TOKENS = 768;
    private static final int TERNARY = 1;
    private static final Map<String, Integer> POWERS = new HashMap<>();

    static {
        POWERS.put("||", 2);
        POWERS.put("&&", 3);
        POWERS.put("==", 4);
        POWERS.put("!=", 4);
        for (String comparison : List.of("<", "<=", ">", ">=")) {
            POWERS.put(comparison, 5);
        }
        POWERS.put("+", 6);
        POWERS.put("-", 6);
        for (String product : List.of("*", "/", "%")) {
            POWERS.put(product, 7);
        }
    }

    private final TokenReader in;
    private final Scope scope;
    private final Map<String, Signature> methods;
    private final CallGraph calls;

    ExpressionParser(TokenReader in, Scope scope, Map<String, Signature> methods, CallGraph calls) {
        this.in = in;
        this.scope = scope;
        this.methods = methods;
        this.calls = calls;
    }

    /** An expression of a type; an int where a double is expected becomes one. */
    Expr typed(Type type, String what) {
        Token first = in.peek();
        return Typing.convert(expression(), type, first.place(), what);
    }

    Expr expression() {
        int from = in.position();
        Token first = in.peek();
        Expr expr = binary(TERNARY);
        if (in.position() - from > MOST_TOKENS) {
            throw new SourceException(
                    first.place(), "an expression of more than " + MOST_TOKENS + " tokens (expected: locals)");
        }
        return expr;
    }

    private Expr binary(int least) {
        in.enter();
        Expr left = unary();
        int from = in.position();
        while (in.peek().kind() == Token.Kind.SYMBOL) {
            Token operator = in.peek();
            if (operator.is("?") && least <= TERNARY) {
                in.next();
                left = choice(operator, left);
                continue;
            }
            Integer power = POWERS.get(operator.text());
            if (power == null || power < least) {
                break;
            }
            in.next();
            left = Typing.binary(operator, left, binary(power + 1));
            if (in.position() - from > MOST_TOKENS) {
                throw new SourceException(
                        operator.place(), "an expression of more than " + MOST_TOKENS + " tokens (expected: locals)");
            }
        }
        in.leave(1);
        return left;
    }

    private Expr choice(Token operator, Expr condition) {
        Typing.require(condition, Type.BOOLEAN, operator.place(), "the condition before '?'");
        Expr yes = binary(TERNARY);
        in.expect(":");
        Expr no = binary(TERNARY);
        return Typing.choose(operator, condition, yes, no);
    }

    private Expr unary() {
        Token token = in.peek();
        in.enter();
        try {
            if (in.skip("-")) {
                return Typing.negate(unary(), token);
            }
            if (in.skip("+")) {
                return Typing.number(unary(), token);
            }
            if (in.skip("!")) {
                Expr operand = unary();
                Typing.require(operand, Type.BOOLEAN, token.place(), "the operand of '!'");
                return new Expr.Not(operand);
            }
            boolean cast = token.is("(") && in.peek(2).is(")") && castType(in.peek(1));
            if (cast) {
                in.next();
                Type type = in.type();
                in.expect(")");
                return Typing.cast(type, unary(), token);
            }
            return primary();
        } finally {
            in.leave(1);
        }
    }

    private static boolean castType(Token token) {
        return token.is("double") || token.is("int") || token.is("boolean");
    }

    private Expr primary() {
        Token token = in.next();
        switch (token.kind()) {
            case INT -> {
                return new Expr.Literal(Type.INT, token.value());
            }
            case DOUBLE -> {
                return new Expr.Literal(Type.DOUBLE, token.value());
            }
            case NAME -> {
                return named(token);
            }
            default -> {
                if (token.is("(")) {
                    Expr inner = binary(TERNARY);
                    in.expect(")");
                    return inner;
                }
                in.moveTo(Math.max(0, token.kind() == Token.Kind.END ? in.position() : in.position() - 1));
                throw in.unexpected("an expression");
            }
        }
    }

    private Expr named(Token name) {
        switch (name.text()) {
            case "true" -> {
                return new Expr.Literal(Type.BOOLEAN, 1);
            }
            case "false" -> {
                return new Expr.Literal(Type.BOOLEAN, 0);
            }
            case "Math" -> {
                return math(name);
            }
            default -> {
                if (in.is("(")) {
                    return helper(name);
                }
                Scope.Variable variable = scope.find(name.text());
                if (variable != null && variable.dimensions() == 0) {
                    if (!scope.hasValue(variable.slot())) {
                        throw new SourceException(name.place(), name.text() + ": may have no value yet");
                    }
                    return new Expr.Local(variable.type(), variable.slot(), variable.name());
                }
                Expr.Literal constant = variable == null ? scope.constant(name.text()) : null;
                if (constant != null) {
                    return constant;
                }
                RewardInput input = variable == null ? scope.input(name.text()) : null;
                if (input != null && input.shape().isEmpty()) {
                    return new Expr.Input(input.type(), scope.offset(input), input.name());
                }
                return read(array(name));
            }
        }
    }

    /** An array by its name. */
    private ArrayRef array(Token name) {
        Scope.Variable variable = scope.find(name.text());
        if (variable != null && variable.dimensions() > 0) {
            return new ArrayRef(variable.type(), variable.dimensions(), true, variable.slot(), 0, 0, variable.name());
        }
        RewardInput input = variable == null ? scope.input(name.text()) : null;
        if (input == null || input.shape().isEmpty()) {
            in.moveTo(in.position() - 1);
            throw in.unexpected("an input, a local, a constant, a helper method or Math");
        }
        int dimensions = input.shape().size();
        return new ArrayRef(
                input.type(),
                dimensions,
                false,
                scope.offset(input),
                input.shape().get(0),
                dimensions == 2 ? input.shape().get(1) : 1,
                input.name());
    }

    /** The array that is next, for a loop over its elements. */
    ArrayRef arrayToRead() {
        return array(in.next());
    }

    private Expr read(ArrayRef array) {
        Place place = in.peek().place();
        if (in.skip(".")) {
            in.expect("length");
            return new Expr.Length(array, 0);
        }
        List<Expr> indices = new ArrayList<>();
        while (in.is("[") && indices.size() < array.dimensions()) {
            in.next();
            Place start = in.peek().place();
            indices.add(Typing.index(typed(Type.INT, "an index"), array, indices.size(), start));
            in.expect("]");
        }
        if (indices.size() == 1 && array.dimensions() == 2 && in.is(".")) {
            in.next();
            in.expect("length");
            return new Expr.Length(array, 1);
        }
        if (indices.size() != array.dimensions()) {
            throw new SourceException(
                    place,
                    array.name() + ": an array (expected: " + array.dimensions()
                            + (array.dimensions() == 1 ? " index" : " indices")
                            + ", .length, or the argument of a helper method)");
        }
        return new Expr.Element(array, List.copyOf(indices), place);
    }

    private Expr math(Token name) {
        in.expect(".");
        Token word = in.peek();
        if (word.is("PI") || word.is("E")) {
            in.next();
            return new Expr.Literal(Type.DOUBLE, word.is("PI") ? Math.PI : Math.E);
        }
        List<MathFunction> functions = MathFunction.named(word.text());
        if (functions.isEmpty() || word.kind() != Token.Kind.NAME) {
            TreeSet<String> known = new TreeSet<>();
            for (MathFunction function : MathFunction.values()) {
                known.add(function.word());
            }
            throw in.unexpected("PI, E or a function of " + known);
        }
        in.next();
        in.expect("(");
        List<Expr> arguments = new ArrayList<>();
        while (!in.is(")")) {
            arguments.add(binary(TERNARY));
            if (!in.is(")")) {
                in.expect(",");
            }
        }
        in.expect(")");
        return Typing.math(functions, arguments, name.place());
    }

    private Expr helper(Token name) {
        Signature method = methods.get(name.text());
        if (method == null || name.text().equals("reward")) {
            in.moveTo(in.position() - 1);
            throw in.unexpected(
                    name.text().equals("component")
                            ? "component as a statement of reward()"
                            : name.text().equals("reward")
                                    ? "no recursion"
                                    : "a helper method of this program or Math.");
        }
        calls.add(method, name.place());
        in.expect("(");
        List<Operand> arguments = new ArrayList<>();
        for (Signature.Parameter parameter : method.parameters()) {
            if (!arguments.isEmpty()) {
                in.expect(",");
            }
            arguments.add(argument(method, parameter));
        }
        in.expect(")");
        return new Expr.HelperCall(method, List.copyOf(arguments), name.place());
    }

    private Operand argument(Signature method, Signature.Parameter parameter) {
        String what = "argument " + parameter.name() + " of " + method.name();
        if (parameter.dimensions() == 0) {
            in.enter();
            Place place = in.peek().place();
            Expr value = Typing.convert(binary(TERNARY), parameter.type(), place, what);
            in.leave(1);
            return value;
        }
        Token name = in.next();
        ArrayRef array = array(name);
        if (array.element() != parameter.type() || array.dimensions() != parameter.dimensions()) {
            throw new SourceException(
                    name.place(),
                    name.shown() + ": " + array.element().word()
                            + "[]".repeat(array.dimensions()) + " (expected: "
                            + parameter.type().word()
                            + "[]".repeat(parameter.dimensions()) + ", " + what + ")");
        }
        return array;
    }
}
