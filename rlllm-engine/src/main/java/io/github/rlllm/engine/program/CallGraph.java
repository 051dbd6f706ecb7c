package io.github.rlllm.engine.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who calls whom, to refuse recursion and to order methods so that a helper comes before its callers. */
final class CallGraph {
    private final Map<Integer, Map<Integer, Place>> calls = new LinkedHashMap<>();
    private int caller = -1;

    /** The calls that follow are this method's. */
    void enter(int method) {
        caller = method;
        calls.put(method, new LinkedHashMap<>());
    }

    void add(Signature callee, Place place) {
        Map<Integer, Place> callees = calls.get(caller);
        if (callees == null) {
            throw new SourceException(place, callee.name() + ": a call in a constant (expected: numbers and Math)");
        }
        callees.putIfAbsent(callee.index(), place);
    }

    /** The methods that a root reaches, callees first. */
    List<Integer> order(int root, List<Signature> methods) {
        List<Integer> order = new ArrayList<>();
        int[] state = new int[methods.size()];
        for (Signature method : methods) {
            visit(method.index(), methods, state, new ArrayList<>());
        }
        java.util.Arrays.fill(state, 0);
        visit(root, methods, state, order);
        return order;
    }

    private void visit(int method, List<Signature> methods, int[] state, List<Integer> order) {
        if (state[method] == 2) {
            return;
        }
        state[method] = 1;
        Map<Integer, Place> callees = calls.getOrDefault(method, Map.of());
        for (Map.Entry<Integer, Place> call : callees.entrySet()) {
            if (state[call.getKey()] == 1) {
                throw new SourceException(
                        call.getValue(), methods.get(call.getKey()).name() + ": recursion (expected: a for loop)");
            }
            visit(call.getKey(), methods, state, order);
        }
        state[method] = 2;
        order.add(method);
    }
}
