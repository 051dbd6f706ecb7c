package io.github.rlllm.engine.program;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.ArrayList;
import java.util.List;

/** The types of Java's operators on double, int and boolean: int becomes double where they meet, and nothing else converts. */
final class Typing {
    private Typing() {}

    static void require(Expr expr, Type type, Place place, String what) {
        if (expr.type() != type) {
            throw wrong(expr, type, place, what);
        }
    }

    private static SourceException wrong(Expr expr, Type type, Place place, String what) {
        String hint = expr.type() == Type.DOUBLE && type == Type.INT ? "; (int) x narrows" : "";
        return new SourceException(place, what + ": " + expr.type().word() + " (expected: " + type.word() + hint + ")");
    }

    static Expr convert(Expr expr, Type type, Place place, String what) {
        if (expr.type() == Type.INT && type == Type.DOUBLE) {
            return widen(expr, place);
        }
        require(expr, type, place, what);
        return expr;
    }

    private static Expr widen(Expr expr, Place place) {
        return expr instanceof Expr.Literal literal
                ? new Expr.Literal(Type.DOUBLE, literal.value())
                : new Expr.Cast(Type.DOUBLE, expr, place);
    }

    /** An index that is a literal is inside an input's length, which is known. */
    static Expr index(Expr index, ArrayRef array, int dimension, Place place) {
        int length = dimension == 0 ? array.rows() : array.columns();
        boolean outside = index instanceof Expr.Literal literal
                && !array.parameter()
                && (literal.value() < 0 || literal.value() >= length);
        if (outside && index instanceof Expr.Literal literal) {
            throw new SourceException(
                    place,
                    "index " + (int) literal.value() + " of " + array.name() + " (expected: 0 to " + (length - 1)
                            + ")");
        }
        return index;
    }

    static Expr number(Expr operand, Token operator) {
        if (operand.type() == Type.BOOLEAN) {
            throw new SourceException(
                    operator.place(), "the operand of '" + operator.text() + "': boolean (expected: a number)");
        }
        return operand;
    }

    static Expr negate(Expr operand, Token operator) {
        number(operand, operator);
        boolean zero = operand instanceof Expr.Literal literal && literal.value() == 0 && literal.type() == Type.INT;
        if (operand instanceof Expr.Literal literal && !zero) {
            return new Expr.Literal(literal.type(), -literal.value());
        }
        return zero ? operand : new Expr.Negate(operand, operator.place());
    }

    static Expr cast(Type type, Expr operand, Token open) {
        if (type == Type.BOOLEAN || operand.type() == Type.BOOLEAN) {
            throw new SourceException(
                    open.place(),
                    "a cast from " + operand.type().word() + " to " + type.word()
                            + " (expected: between int and double; condition ? 1.0 : 0.0 makes a number of a flag)");
        }
        return operand.type() == type
                ? operand
                : type == Type.DOUBLE ? widen(operand, open.place()) : new Expr.Cast(Type.INT, operand, open.place());
    }

    static Expr binary(Token operator, Expr left, Expr right) {
        String symbol = operator.text();
        String what = "an operand of '" + symbol + "'";
        if (symbol.equals("&&") || symbol.equals("||")) {
            require(left, Type.BOOLEAN, operator.place(), what);
            require(right, Type.BOOLEAN, operator.place(), what);
            return new Expr.Logic(symbol.equals("&&"), left, right);
        }
        boolean equality = symbol.equals("==") || symbol.equals("!=");
        boolean flags = left.type() == Type.BOOLEAN && right.type() == Type.BOOLEAN;
        if (!(equality && flags)) {
            number(left, operator);
            number(right, operator);
        }
        Type common = left.type() == right.type() ? left.type() : Type.DOUBLE;
        Expr first = convert(left, common, operator.place(), what);
        Expr second = convert(right, common, operator.place(), what);
        for (Expr.Comparison comparison : Expr.Comparison.values()) {
            if (comparison.symbol.equals(symbol)) {
                return new Expr.Compare(comparison, first, second);
            }
        }
        return new Expr.Arithmetic(arithmetic(operator), first, second, operator.place());
    }

    private static char arithmetic(Token operator) {
        return switch (operator.text()) {
            case "+", "-", "*", "/", "%" -> operator.text().charAt(0);
            default ->
                throw new SourceException(operator.place(), operator.text() + ": not an operator of the language");
        };
    }

    static Expr choose(Token operator, Expr condition, Expr yes, Expr no) {
        if ((yes.type() == Type.BOOLEAN) != (no.type() == Type.BOOLEAN)) {
            throw new SourceException(
                    operator.place(),
                    "the branches of '?': " + yes.type().word() + " and "
                            + no.type().word() + " (expected: one type)");
        }
        Type common = yes.type() == no.type() ? yes.type() : Type.DOUBLE;
        return new Expr.Choose(
                condition,
                convert(yes, common, operator.place(), "a branch of '?'"),
                convert(no, common, operator.place(), "a branch of '?'"));
    }

    /** The overload for the arguments: the one on ints where all are ints and there is one. */
    static Expr math(List<MathFunction> overloads, List<Expr> arguments, Place place) {
        boolean ints = arguments.stream().allMatch(argument -> argument.type() == Type.INT);
        MathFunction function = overloads.get(ints ? overloads.size() - 1 : 0);
        if (arguments.size() != function.arity()) {
            throw new SourceException(
                    place,
                    "Math." + function.word() + ": " + arguments.size() + " arguments (expected: " + function.arity()
                            + ")");
        }
        List<Expr> converted = new ArrayList<>();
        for (Expr argument : arguments) {
            converted.add(convert(argument, function.argument(), place, "an argument of Math." + function.word()));
        }
        return new Expr.MathCall(function, List.copyOf(converted), place);
    }
}
