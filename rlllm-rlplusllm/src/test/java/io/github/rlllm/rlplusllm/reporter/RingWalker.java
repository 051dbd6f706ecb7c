package io.github.rlllm.rlplusllm.reporter;

import io.github.rlllm.api.Distribution;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Policy;
import io.github.rlllm.engine.world.secret.SecretRoom;
import io.github.rlllm.engine.world.secret.SecretView;
import java.util.List;

/** An Actor that nobody trained: goes to what matches the instruction, and where nothing does, round the room two cells from the wall. */
final class RingWalker implements Policy<float[], Integer> {
    @Override
    public Distribution<Integer> at(float[] input) {
        return Finite.of(List.of(action(input)), 1);
    }

    private static int action(float[] input) {
        for (int cell = 0; cell < SecretView.CELLS; cell++) {
            int at = 18 + 4 * cell;
            if (input[at + 2] > 0 && input[at + 3] > 0) {
                int south = cell / 5 - 2;
                int east = cell % 5 - 2;
                if (south != 0) {
                    return south > 0 ? 2 : 0;
                }
                return east > 0 ? 1 : east < 0 ? 3 : input[118] > 0 ? SecretRoom.EXAMINE : SecretRoom.PICK_UP;
            }
        }
        return along(one(input, 0), one(input, 9));
    }

    private static int along(int row, int column) {
        if (row < 2 || row > 6) {
            return row < 2 ? 2 : 0;
        }
        if (column < 2 || column > 6) {
            return column < 2 ? 1 : 3;
        }
        if (row == 2 && column < 6) {
            return 1;
        }
        if (column == 6 && row < 6) {
            return 2;
        }
        return row == 6 && column > 2 ? 3 : 0;
    }

    private static int one(float[] input, int from) {
        int i = 0;
        while (input[from + i] == 0) {
            i++;
        }
        return i;
    }
}
