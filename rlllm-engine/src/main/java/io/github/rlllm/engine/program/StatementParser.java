package io.github.rlllm.engine.program;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements of one method: every local has a value before it is read, and nothing follows a return, break or continue. */
final class StatementParser {
    private final TokenReader in;
    private final Scope scope;
    private final ExpressionParser expressions;
    private final Type result;
    /** The names of components; null in helper methods, which record none. */
    private final @Nullable List<String> components;

    private int loops;

    StatementParser(
            TokenReader in, Scope scope, ExpressionParser expressions, Type result, @Nullable List<String> components) {
        this.in = in;
        this.scope = scope;
        this.expressions = expressions;
        this.result = result;
        this.components = components;
    }

    /** What was read, and whether the next statement is reached. */
    private record Read(Stmt stmt, boolean goesOn) {}

    /** The body of a method, which returns on every path. */
    Stmt.Block body(Token method) {
        Read body = block();
        if (body.goesOn()) {
            throw new SourceException(
                    method.place(), method.text() + ": a path without return (expected: return on every path)");
        }
        return (Stmt.Block) body.stmt();
    }

    private Read block() {
        in.expect("{");
        int mark = scope.open();
        List<Stmt> statements = new ArrayList<>();
        boolean goesOn = true;
        while (!in.is("}")) {
            if (!goesOn) {
                throw new SourceException(in.peek().place(), in.peek().shown() + ": never reached (expected: '}')");
            }
            Read read = statement(statements);
            statements.add(read.stmt());
            goesOn = read.goesOn();
        }
        in.expect("}");
        scope.close(mark);
        return new Read(new Stmt.Block(List.copyOf(statements)), goesOn);
    }

    /** One statement; a declaration of several variables adds all but the last to the list itself. */
    private Read statement(List<Stmt> before) {
        Token token = in.peek();
        if (in.isType() || in.is("final")) {
            return new Read(declaration(before), true);
        }
        return nested(token);
    }

    private Read nested(Token token) {
        in.enter();
        try {
            return switch (token.text()) {
                case "{" -> block();
                case "if" -> choice();
                case "for" -> loop();
                case "return" -> give();
                case "break", "continue" -> leave();
                case ";" -> {
                    in.next();
                    yield new Read(new Stmt.Block(List.of()), true);
                }
                default -> {
                    Stmt stmt = token.is("component") ? component() : assignment();
                    in.expect(";");
                    yield new Read(stmt, true);
                }
            };
        } finally {
            in.leave(1);
        }
    }

    /** A branch or a body, in which nothing can be declared without braces. */
    private Read branch() {
        if (in.isType() || in.is("final")) {
            throw new SourceException(in.peek().place(), "a declaration without braces (expected: '{')");
        }
        return nested(in.peek());
    }

    private Stmt declaration(List<Stmt> before) {
        boolean fixed = in.skip("final");
        Type type = in.type();
        if (in.is("[")) {
            throw new SourceException(
                    in.peek().place(), "[: a local array (expected: arrays are inputs and parameters alone)");
        }
        Stmt last = declarator(type, fixed);
        while (in.skip(",")) {
            before.add(last);
            last = declarator(type, fixed);
        }
        in.expect(";");
        return last;
    }

    private Stmt declarator(Type type, boolean fixed) {
        Token name = in.name();
        if (!in.skip("=")) {
            if (fixed) {
                throw in.unexpected("'=', for a final local");
            }
            scope.declare(name, type, 0, false);
            return new Stmt.Block(List.of());
        }
        Expr value = expressions.typed(type, name.text());
        Scope.Variable variable = scope.declare(name, type, 0, fixed);
        scope.assign(variable.slot());
        return new Stmt.Assign(variable.slot(), value);
    }

    /** {@code x = e}, {@code x += e} and the like, {@code x++}, {@code ++x}. */
    private Stmt assignment() {
        Token first = in.peek();
        if (first.is("++") || first.is("--")) {
            in.next();
            return step(in.next(), first);
        }
        if (first.kind() != Token.Kind.NAME) {
            throw in.unexpected("a statement");
        }
        Token operator = in.peek(1);
        if (operator.is("++") || operator.is("--")) {
            in.next();
            in.next();
            return step(first, operator);
        }
        boolean assigns = operator.is("=") || operator.text().matches("[-+*/%]=");
        if (!assigns) {
            if (scope.find(first.text()) == null) {
                throw in.unexpected(
                        "a statement: a declaration, an assignment to a local, component, if, for or return");
            }
            in.next();
            throw in.unexpected("'=' or another assignment");
        }
        in.next();
        Scope.Variable variable = assignable(first);
        in.next();
        Place place = in.peek().place();
        Expr value;
        if (operator.is("=")) {
            value = expressions.typed(variable.type(), variable.name());
        } else {
            Token sign = new Token(Token.Kind.SYMBOL, operator.text().substring(0, 1), 0, operator.place());
            value = Typing.convert(
                    Typing.binary(sign, current(first, variable), expressions.expression()),
                    variable.type(),
                    place,
                    variable.name());
        }
        scope.assign(variable.slot());
        return new Stmt.Assign(variable.slot(), value);
    }

    private Stmt step(Token name, Token operator) {
        Scope.Variable variable = assignable(name);
        Token sign = new Token(Token.Kind.SYMBOL, operator.text().substring(0, 1), 0, operator.place());
        Expr sum = Typing.binary(sign, current(name, variable), new Expr.Literal(Type.INT, 1));
        scope.assign(variable.slot());
        return new Stmt.Assign(variable.slot(), sum);
    }

    private Expr current(Token name, Scope.Variable variable) {
        if (!scope.hasValue(variable.slot())) {
            throw new SourceException(name.place(), name.text() + ": may have no value yet");
        }
        return new Expr.Local(variable.type(), variable.slot(), variable.name());
    }

    private Scope.Variable assignable(Token name) {
        Scope.Variable variable = scope.find(name.text());
        if (variable == null) {
            String what = scope.input(name.text()) != null
                    ? "an input, which cannot be changed"
                    : scope.constant(name.text()) != null ? "a constant, which cannot be changed" : "not declared";
            throw new SourceException(name.place(), name.shown() + ": " + what + " (expected: a local variable)");
        }
        if (variable.fixed() || variable.dimensions() > 0) {
            throw new SourceException(
                    name.place(),
                    name.text()
                            + ": a loop variable, a final local or an array, which cannot be changed (expected: another local)");
        }
        return variable;
    }

    private Stmt component() {
        Token word = in.next();
        if (components == null) {
            throw new SourceException(word.place(), "component: in a helper method (expected: in reward() alone)");
        }
        in.expect("(");
        if (in.peek().kind() != Token.Kind.STRING) {
            throw in.unexpected("a component's name, as in component(\"reach\", reach)");
        }
        Token name = in.next();
        in.expect(",");
        Expr value = expressions.typed(Type.DOUBLE, "component " + name.text());
        in.expect(")");
        int index = components.indexOf(name.text());
        if (index < 0) {
            if (components.size() >= RewardCompiler.MOST_COMPONENTS) {
                throw new SourceException(name.place(), "more than " + RewardCompiler.MOST_COMPONENTS + " components");
            }
            index = components.size();
            components.add(name.text());
        }
        return new Stmt.Component(index, value);
    }

    private Read choice() {
        in.expect("if");
        in.expect("(");
        Expr condition = expressions.typed(Type.BOOLEAN, "the condition of if");
        in.expect(")");
        BitSet before = scope.state();
        Read yes = branch();
        if (!yes.goesOn()) {
            scope.unreachable();
        }
        BitSet afterYes = scope.state();
        scope.restore(before);
        if (!in.skip("else")) {
            scope.keepCommon(afterYes);
            return new Read(new Stmt.If(condition, yes.stmt(), null), true);
        }
        Read no = branch();
        if (!no.goesOn()) {
            scope.unreachable();
        }
        scope.keepCommon(afterYes);
        return new Read(new Stmt.If(condition, yes.stmt(), no.stmt()), yes.goesOn() || no.goesOn());
    }

    private Read loop() {
        Token word = in.expect("for");
        in.expect("(");
        int mark = scope.open();
        in.skip("final");
        Type type = in.type();
        Token name = in.name();
        LoopHead head = new LoopHead(in, scope, expressions, word, name, type);
        BitSet before;
        Stmt loop;
        if (in.skip(":")) {
            head.overArray();
            in.expect(")");
            before = scope.state();
            loop = head.eachElement(loopBody());
        } else {
            head.counting();
            in.expect(")");
            int writes = scope.writes();
            before = scope.state();
            Stmt body = loopBody();
            head.requireFixedBound(writes);
            loop = head.count(body);
        }
        scope.restore(before);
        scope.close(mark);
        return new Read(loop, true);
    }

    private Stmt loopBody() {
        loops++;
        Stmt body = branch().stmt();
        loops--;
        return body;
    }

    private Read leave() {
        Token word = in.next();
        if (loops == 0) {
            throw new SourceException(word.place(), word.text() + ": outside a loop");
        }
        in.expect(";");
        return new Read(new Stmt.Leave(word.is("continue")), false);
    }

    private Read give() {
        in.expect("return");
        if (in.is(";")) {
            throw in.unexpected("a value to return");
        }
        Expr value = expressions.typed(result, "the returned value");
        in.expect(";");
        return new Read(new Stmt.Return(value), false);
    }
}
