package io.github.rlllm.engine.program;

import io.github.rlllm.engine.program.RewardInput.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A source to its typed tree: first all constants and the heads of all methods, then the bodies. */
final class ProgramParser {
    static final int MOST_METHODS = 64;
    private static final int MOST_PARAMETERS = 32;
    private static final List<String> MODIFIERS = List.of("public", "private", "static", "final");

    private final RewardSchema schema;
    private final TokenReader in;
    private final Map<String, Expr.Literal> constants = new LinkedHashMap<>();
    private final Map<String, Signature> heads = new LinkedHashMap<>();
    private final List<Integer> bodies = new ArrayList<>();
    private final CallGraph calls = new CallGraph();

    private ProgramParser(RewardSchema schema, List<Token> tokens) {
        this.schema = schema;
        this.in = new TokenReader(tokens);
    }

    static ProgramTree parse(RewardSchema schema, String source) {
        return new ProgramParser(schema, Lexer.tokens(source)).program();
    }

    private ProgramTree program() {
        while (in.peek().kind() != Token.Kind.END) {
            member();
        }
        Signature reward = heads.get("reward");
        if (reward == null) {
            throw in.unexpected("the method double reward()");
        }
        if (reward.result() != Type.DOUBLE || !reward.parameters().isEmpty()) {
            throw new SourceException(reward.place(), "reward: another head (expected: double reward())");
        }
        List<String> components = new ArrayList<>();
        List<ProgramTree.Method> methods = new ArrayList<>();
        for (Signature head : heads.values()) {
            methods.add(method(head, head.equals(reward) ? components : null));
        }
        List<ProgramTree.Method> ordered = new ArrayList<>();
        for (int index : calls.order(reward.index(), List.copyOf(heads.values()))) {
            ordered.add(methods.get(index));
        }
        return new ProgramTree(schema, List.copyOf(ordered), List.copyOf(components));
    }

    private void member() {
        boolean fixed = false;
        while (in.peek().kind() == Token.Kind.NAME
                && MODIFIERS.contains(in.peek().text())) {
            fixed |= in.next().is("final");
        }
        if (!in.isType()) {
            throw in.unexpected("double reward(), a helper method or a constant as in final double W = 2.0;");
        }
        Type type = in.type();
        Token name = in.is("(") || !in.is("reward") ? in.name() : in.next();
        if (constants.containsKey(name.text()) || heads.containsKey(name.text())) {
            throw new SourceException(name.place(), name.text() + ": declared twice (expected: another name)");
        }
        if (in.is("(")) {
            head(type, name);
        } else if (fixed && in.skip("=")) {
            constant(type, name);
        } else {
            throw new SourceException(
                    name.place(),
                    name.text() + ": a field (expected: a constant, as in final double " + name.text() + " = 1.0;)");
        }
    }

    private void constant(Type type, Token name) {
        Scope scope = new Scope(null, constants);
        Expr value = new ExpressionParser(in, scope, Map.of(), calls).typed(type, name.text());
        in.expect(";");
        double number;
        try {
            number = Interpreter.constant(value);
        } catch (RewardFailure e) {
            throw new SourceException(name.place(), name.text() + ": " + e.getMessage());
        }
        if (!Double.isFinite(number)) {
            throw new SourceException(name.place(), name.text() + ": " + number + " (expected: finite)");
        }
        constants.put(name.text(), new Expr.Literal(type, number));
    }

    private void head(Type type, Token name) {
        if (heads.size() >= MOST_METHODS) {
            throw new SourceException(name.place(), "more than " + MOST_METHODS + " methods");
        }
        in.expect("(");
        List<Signature.Parameter> parameters = new ArrayList<>();
        while (!in.is(")")) {
            if (!parameters.isEmpty()) {
                in.expect(",");
            }
            in.skip("final");
            Type each = in.type();
            int dimensions = 0;
            while (in.is("[") && dimensions < 2) {
                in.next();
                in.expect("]");
                dimensions++;
            }
            Token parameter = in.name();
            parameters.add(new Signature.Parameter(each, dimensions, parameter.text()));
            if (parameters.size() > MOST_PARAMETERS) {
                throw new SourceException(parameter.place(), "more than " + MOST_PARAMETERS + " parameters");
            }
        }
        in.expect(")");
        heads.put(name.text(), new Signature(name.text(), heads.size(), type, List.copyOf(parameters), name.place()));
        bodies.add(in.position());
        if (!in.is("{")) {
            throw in.unexpected("'{', the body of " + name.text());
        }
        in.skipBraces();
    }

    private ProgramTree.Method method(Signature head, @org.jspecify.annotations.Nullable List<String> components) {
        in.moveTo(bodies.get(head.index()));
        Scope scope = new Scope(schema, constants);
        for (Signature.Parameter parameter : head.parameters()) {
            Token name = new Token(Token.Kind.NAME, parameter.name(), 0, head.place());
            scope.assign(scope.declare(name, parameter.type(), parameter.dimensions(), false)
                    .slot());
        }
        calls.enter(head.index());
        ExpressionParser expressions = new ExpressionParser(in, scope, heads, calls);
        Token name = new Token(Token.Kind.NAME, head.name(), 0, head.place());
        Stmt.Block body = new StatementParser(in, scope, expressions, head.result(), components).body(name);
        return new ProgramTree.Method(head, scope.types(), body, Work.of(body));
    }
}
