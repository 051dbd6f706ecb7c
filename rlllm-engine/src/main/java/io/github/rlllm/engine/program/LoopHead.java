package io.github.rlllm.engine.program;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of a for loop, which is bounded by construction: an int goes by a constant step towards a bound that is evaluated
 * once and that the body cannot change, or over the elements of an array.
 */
final class LoopHead {
    private static final String FORM = "for (int i = 0; i < n; i++) or for (double x : array)";
    private final TokenReader in;
    private final Scope scope;
    private final ExpressionParser expressions;
    private final Token word;
    private final Token name;
    private final Type type;
    private int slot;
    private int boundSlot;
    private int step = 1;
    private Expr first = new Expr.Literal(Type.INT, 0);
    private Expr bound = first;
    private Expr.Comparison comparison = Expr.Comparison.LESS;
    private @Nullable ArrayRef array;
    private int elementSlot;

    LoopHead(TokenReader in, Scope scope, ExpressionParser expressions, Token word, Token name, Type type) {
        this.in = in;
        this.scope = scope;
        this.expressions = expressions;
        this.word = word;
        this.name = name;
        this.type = type;
    }

    void overArray() {
        Token token = in.peek();
        ArrayRef over = expressions.arrayToRead();
        if (over.dimensions() != 1 || over.element() != type) {
            throw new SourceException(
                    token.place(),
                    over.name() + ": " + over.element().word() + "[]".repeat(over.dimensions()) + " (expected: "
                            + type.word() + "[])");
        }
        array = over;
        bound = new Expr.Length(over, 0);
        slot = scope.hidden(Type.INT);
        boundSlot = scope.hidden(Type.INT);
        elementSlot = scope.declare(name, type, 0, true).slot();
        scope.assign(elementSlot);
    }

    Stmt eachElement(Stmt body) {
        if (array == null) {
            throw new IllegalStateException("a loop that counts");
        }
        Expr index = new Expr.Local(Type.INT, slot, "");
        Stmt element = new Stmt.Assign(elementSlot, new Expr.Element(array, List.of(index), word.place()));
        return count(new Stmt.Block(List.of(element, body)));
    }

    void counting() {
        if (type != Type.INT) {
            throw new SourceException(
                    name.place(), name.text() + ": " + type.word() + " (expected: int, as in " + FORM + ")");
        }
        in.expect("=");
        first = expressions.typed(Type.INT, "the first count");
        slot = scope.declare(name, Type.INT, 0, true).slot();
        scope.assign(slot);
        in.expect(";");
        in.expect(name.text());
        comparison = comparison();
        bound = expressions.typed(Type.INT, "the bound");
        boundSlot = scope.hidden(Type.INT);
        in.expect(";");
        step = step();
    }

    private Expr.Comparison comparison() {
        for (Expr.Comparison each : List.of(
                Expr.Comparison.LESS, Expr.Comparison.AT_MOST, Expr.Comparison.GREATER, Expr.Comparison.AT_LEAST)) {
            if (in.skip(each.symbol)) {
                return each;
            }
        }
        throw in.unexpected("<, <=, > or >=, as in " + FORM);
    }

    private int step() {
        Token start = in.peek();
        int sign;
        int size = 1;
        if (in.is("++") || in.is("--")) {
            sign = in.next().is("++") ? 1 : -1;
            in.expect(name.text());
        } else {
            in.expect(name.text());
            if (in.is("++") || in.is("--")) {
                sign = in.next().is("++") ? 1 : -1;
            } else if (in.is("+=") || in.is("-=")) {
                sign = in.next().is("+=") ? 1 : -1;
                Token by = in.peek();
                if (by.kind() != Token.Kind.INT || by.value() < 1 || by.value() > 1_000_000) {
                    throw in.unexpected("an int literal of 1 to 1000000");
                }
                size = (int) in.next().value();
            } else {
                throw in.unexpected("++, --, += or -=, as in " + FORM);
            }
        }
        boolean up = comparison == Expr.Comparison.LESS || comparison == Expr.Comparison.AT_MOST;
        if (up != sign > 0) {
            throw new SourceException(
                    start.place(), "a count away from its bound (expected: " + (up ? "++" : "--") + ")");
        }
        return sign * size;
    }

    /** Refuses a bound that reads what the body writes, for Java would evaluate it again each time. */
    void requireFixedBound(int writes) {
        bound.accept(new TreeWalk() {
            @Override
            public Boolean local(Expr.Local expr) {
                if (expr.slot() == slot || scope.wroteSince(writes, expr.slot())) {
                    throw new SourceException(
                            word.place(),
                            "for: the bound changes in the loop (expected: a bound that stays, as in " + FORM + ")");
                }
                return true;
            }
        });
    }

    Stmt count(Stmt body) {
        return new Stmt.Count(slot, first, comparison, boundSlot, bound, step, body, Work.of(body), word.place());
    }
}
