package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.engine.run.KeptList;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A prompt with one completion, as tokens.
 *
 * @param prompt begins with the token that begins a text and ends with the one that parts it from the completion; not
 *     copied and not to be changed
 * @param completion 1 to 16 tokens, the last of which ends the text unless it was cut; not copied and not to be changed
 */
public record Reply(int[] prompt, int[] completion) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is empty
     */
    public Reply {
        if (prompt.length == 0 || completion.length == 0) {
            throw new IllegalArgumentException("prompt, completion: " + prompt.length + ", " + completion.length
                    + " tokens (expected: each >= 1)");
        }
    }

    /**
     * Prompt and completion in one row.
     *
     * @return a new array
     */
    public int[] row() {
        int[] row = Arrays.copyOf(prompt, prompt.length + completion.length);
        System.arraycopy(completion, 0, row, prompt.length, completion.length);
        return row;
    }

    /**
     * The number of tokens.
     *
     * @return of prompt and completion together
     */
    public int length() {
        return prompt.length + completion.length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Reply reply
                && Arrays.equals(prompt, reply.prompt)
                && Arrays.equals(completion, reply.completion);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(prompt) + Arrays.hashCode(completion);
    }

    /**
     * A list that is kept with a run.
     *
     * @return an empty list
     */
    public static KeptList<Reply> list() {
        return new KeptList<>(Reply::write, Reply::read);
    }

    /**
     * Writes a reply.
     *
     * @param out where to
     * @param reply the reply
     * @throws IOException if it cannot be written
     */
    public static void write(DataOutput out, Reply reply) throws IOException {
        for (int[] part : new int[][] {reply.prompt, reply.completion}) {
            out.writeInt(part.length);
            for (int token : part) {
                out.writeInt(token);
            }
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param in where from
     * @return the reply
     * @throws IOException if it cannot be read
     */
    public static Reply read(DataInput in) throws IOException {
        int[][] parts = new int[2][];
        for (int part = 0; part < parts.length; part++) {
            parts[part] = new int[in.readInt()];
            for (int i = 0; i < parts[part].length; i++) {
                parts[part][i] = in.readInt();
            }
        }
        return new Reply(parts[0], parts[1]);
    }
}
