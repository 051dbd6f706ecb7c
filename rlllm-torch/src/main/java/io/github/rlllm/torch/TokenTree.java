package io.github.rlllm.torch;

import io.github.rlllm.engine.decoding.TokenTrie;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * One text as a row of columns: tokens that follow each other after those that were read before, and then a tree of ways on.
 * A column sees what it follows and nothing beside. Leaves of the tree have no column: nothing comes after them.
 */
final class TokenTree implements TokenColumns {
    private final KeyValues kept;
    private final int chain;
    private final long[] tokens;
    private final long[] positions;
    private final BitSet[] seen;
    private final int[] columnOf;

    /**
     * The columns.
     *
     * @param kept what was read before
     * @param chain the tokens after it, at least one
     * @param ways how the text may go on; null for none
     * @param vocabulary tokens are below it
     */
    TokenTree(KeyValues kept, int[] chain, @Nullable TokenTrie ways, int vocabulary) {
        this.kept = kept;
        this.chain = chain.length;
        int nodes = ways == null ? 1 : ways.size();
        int most = chain.length + nodes;
        long[] token = new long[most];
        long[] position = new long[most];
        BitSet[] sees = new BitSet[most];
        columnOf = new int[nodes];
        int columns = 0;
        for (int t = 0; t < chain.length; t++, columns++) {
            token[columns] = require(chain[t], vocabulary);
            position[columns] = (long) kept.length() + t;
            sees[columns] = new BitSet();
            sees[columns].set(0, columns + 1);
        }
        columnOf[TokenTrie.ROOT] = columns - 1;
        for (int node = 1; ways != null && node < nodes; node++) {
            require(ways.token(node), vocabulary);
            if (ways.next(node).length == 0) {
                columnOf[node] = -1;
                continue;
            }
            int before = columnOf[ways.parent(node)];
            columnOf[node] = columns;
            token[columns] = ways.token(node);
            position[columns] = position[before] + 1;
            sees[columns] = (BitSet) sees[before].clone();
            sees[columns].set(columns++);
        }
        tokens = Arrays.copyOf(token, columns);
        positions = Arrays.copyOf(position, columns);
        seen = Arrays.copyOf(sees, columns);
    }

    private static int require(int token, int vocabulary) {
        if (token < 0 || token >= vocabulary) {
            throw new IllegalArgumentException("token: " + token + " (expected: 0 to " + (vocabulary - 1) + ")");
        }
        return token;
    }

    /** The column of a node of the tree; the last of the chain for the root. */
    int column(int node) {
        return columnOf[node];
    }

    /** The number of columns before the tree. */
    int chain() {
        return chain;
    }

    @Override
    public int rows() {
        return 1;
    }

    @Override
    public int columns() {
        return tokens.length;
    }

    @Override
    public long[] tokens() {
        return tokens;
    }

    @Override
    public long[] positions() {
        return positions;
    }

    @Override
    public int kinds() {
        return 1;
    }

    @Override
    public KeyValues kept() {
        return kept;
    }

    @Override
    public boolean sees(int kind, int from, int to, int window) {
        int past = kept.length();
        if (to < past) {
            return positions[from] - to < window;
        }
        return seen[from].get(to - past) && positions[from] - positions[to - past] < window;
    }
}
