package io.github.rlllm.engine.decoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Token sequences as a tree, so that what they begin with in common is there once. Node 0 is the root, before the first
 * token; every other node is the token after its parent, and a parent's number is smaller than its children's. As a
 * constraint it keeps a sample to the sequences; its states are the nodes. Immutable and thread-safe.
 */
public final class TokenTrie implements Constraint {
    /** The node before the first token. */
    public static final int ROOT = 0;

    private final int[] parents;
    private final int[] tokens;
    private final int[] ends;
    private final boolean[] whole;
    private final List<Map<Integer, Integer>> children = new ArrayList<>();

    /**
     * The tree of some sequences.
     *
     * @param sequences at least one, none empty, no token negative; they may repeat and begin one another
     * @throws IllegalArgumentException if there is none, one is empty or a token is negative
     */
    public TokenTrie(List<int[]> sequences) {
        if (sequences.isEmpty()) {
            throw new IllegalArgumentException("sequences: none (expected: at least one)");
        }
        int most = 1 + sequences.stream().mapToInt(s -> s.length).sum();
        int[] parent = new int[most];
        int[] token = new int[most];
        parent[ROOT] = -1;
        token[ROOT] = -1;
        children.add(new HashMap<>());
        ends = new int[sequences.size()];
        for (int i = 0; i < ends.length; i++) {
            int[] sequence = sequences.get(i);
            if (sequence.length == 0) {
                throw new IllegalArgumentException("sequence " + i + ": empty (expected: at least one token)");
            }
            int node = ROOT;
            for (int next : sequence) {
                if (next < 0) {
                    throw new IllegalArgumentException("sequence " + i + ": token " + next + " (expected: >= 0)");
                }
                Integer child = children.get(node).get(next);
                if (child == null) {
                    child = children.size();
                    children.get(node).put(next, child);
                    children.add(new HashMap<>());
                    parent[child] = node;
                    token[child] = next;
                }
                node = child;
            }
            ends[i] = node;
        }
        parents = Arrays.copyOf(parent, children.size());
        tokens = Arrays.copyOf(token, children.size());
        whole = new boolean[children.size()];
        for (int end : ends) {
            whole[end] = true;
        }
    }

    /**
     * The number of nodes.
     *
     * @return the distinct beginnings of the sequences, and 1 for the root
     */
    public int size() {
        return parents.length;
    }

    /**
     * The number of sequences.
     *
     * @return as many as were given
     */
    public int sequences() {
        return ends.length;
    }

    /**
     * The node before a node.
     *
     * @param node a node
     * @return its parent; -1 for the root
     */
    public int parent(int node) {
        return parents[node];
    }

    /**
     * The token of a node.
     *
     * @param node a node
     * @return its token; -1 for the root
     */
    public int token(int node) {
        return tokens[node];
    }

    /**
     * The node where a sequence ends.
     *
     * @param sequence its place in the list that the tree was made of
     * @return a node
     */
    public int end(int sequence) {
        return ends[sequence];
    }

    /**
     * The node after a token.
     *
     * @param node a node
     * @param token the token after it
     * @return the child; -1 if no sequence goes on so
     */
    public int child(int node, int token) {
        return children.get(node).getOrDefault(token, -1);
    }

    /**
     * The tokens that may follow a node.
     *
     * @param node a node
     * @return in rising order; none where nothing goes on
     */
    public int[] next(int node) {
        return children.get(node).keySet().stream().mapToInt(t -> t).sorted().toArray();
    }

    @Override
    public int start() {
        return ROOT;
    }

    @Override
    public int[] allowed(int state) {
        return next(state);
    }

    @Override
    public int after(int state, int token) {
        return child(state, token);
    }

    @Override
    public boolean complete(int state) {
        return whole[state];
    }

    @Override
    public String toString() {
        return "one of " + ends.length + " token sequences";
    }

    /**
     * Whether no sequence is the beginning of another, so that a draw of tokens says which was meant.
     *
     * @return true if every sequence ends where nothing goes on
     */
    public boolean prefixFree() {
        return Arrays.stream(ends).allMatch(end -> children.get(end).isEmpty());
    }
}
