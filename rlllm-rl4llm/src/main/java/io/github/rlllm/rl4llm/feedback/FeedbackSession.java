package io.github.rlllm.rl4llm.feedback;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.rlllm.engine.run.Hashes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A person judges pairs of answers. The file is the journal: every answer is a line that is on the disk when {@link #answer}
 * returns, so that a killed process loses none, and opening the file again goes on where it ended. It is of the shape {@link
 * Shape#PAIRS}. Which pair comes next and which answer stands left is drawn from the seed. Thread-safe; a file is open in one
 * session at a time.
 */
public final class FeedbackSession implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    /** How every line begins. */
    private static final String BEGIN = "{\"pair\":\"";

    private final Path file;
    private final FileChannel channel;
    private final String annotator;
    private final Map<String, Question> questions;
    private final Set<String> judged = new HashSet<>();
    private final Deque<String> order = new ArrayDeque<>();
    private final int leftOut;
    private final long dropped;
    private long length;

    /**
     * Two answers that are to be judged.
     *
     * @param pair what it is called in the journal, 16 hexadecimal digits
     * @param prompt what was asked
     * @param left an answer
     * @param right the other
     */
    public record Question(String pair, String prompt, String left, String right) {}

    /** What a person can say of a question. */
    public enum Choice {
        /** The left answer is better. */
        LEFT,
        /** The right answer is better. */
        RIGHT,
        /** Neither is. */
        TIE,
        /** Nothing is said. */
        SKIP
    }

    /**
     * How far it is.
     *
     * @param question what is asked next; null when all are judged
     * @param judged questions that were answered or skipped
     * @param all questions
     */
    public record State(@Nullable Question question, int judged, int all) {}

    private FeedbackSession(
            Path file, FileChannel channel, String annotator, List<Comparison> pairs, long seed, long whole)
            throws IOException {
        this.file = file;
        this.channel = channel;
        this.annotator = annotator;
        this.questions = questions(pairs, seed);
        this.leftOut = pairs.size() - questions.size();
        this.dropped = channel.size() - whole;
        this.length = whole;
        JsonLine.each(file, whole, this::replay);
        // Only now is it certain that the file is a journal of these pairs, of which a part may be taken away.
        if (dropped > 0) {
            channel.truncate(whole);
            channel.force(true);
        }
        channel.position(whole);
    }

    /**
     * Opens a journal and goes on with it.
     *
     * @param pairs what is to be judged; their votes do not matter; pairs that stand twice, whose answers are equal or of
     *     which one is blank are left out
     * @param file the journal, made where it is not there; a last line that was cut is dropped
     * @param seed of the order and the sides
     * @param annotator who judges, in the journal; may be empty
     * @return the session
     * @throws IOException if another session has the file, it cannot be written, or it holds answers to other pairs or of
     *     another annotator; the message says which line
     */
    public static FeedbackSession open(List<Comparison> pairs, Path file, long seed, String annotator)
            throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(file, channel);
            return new FeedbackSession(file, channel, annotator, pairs, seed, whole(file, channel));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The last byte that a file could have is locked: no reader is kept out where locks are mandatory. */
    private static void lock(Path file, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock(Long.MAX_VALUE - 1, 1, false);
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new IOException("out: " + file + " is written by another session (expected: one at a time)");
        }
    }

    /** Bytes up to the last line break; what comes behind it was never acknowledged, and must be a line of ours. */
    private static long whole(Path file, FileChannel channel) throws IOException {
        long end = channel.size();
        ByteBuffer tail = ByteBuffer.allocate((int) Math.min(end, JsonLine.LONGEST + 1L));
        while (tail.hasRemaining() && channel.read(tail, end - tail.capacity() + tail.position()) >= 0) {
            // Reads on.
        }
        String text = new String(tail.array(), StandardCharsets.ISO_8859_1);
        String cut = text.substring(text.lastIndexOf('\n') + 1);
        if (cut.length() > JsonLine.LONGEST
                || !cut.startsWith(BEGIN.substring(0, Math.min(BEGIN.length(), cut.length())))) {
            throw new IOException(
                    "out: " + file + " ends in a line that is not of a journal (expected: a file that this"
                            + " command wrote, or a new one)");
        }
        return end - cut.length();
    }

    private static Map<String, Question> questions(List<Comparison> pairs, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        Map<String, Question> known = new LinkedHashMap<>();
        for (Comparison pair : pairs) {
            if (pair.first().equals(pair.second())
                    || pair.first().isBlank()
                    || pair.second().isBlank()) {
                continue;
            }
            boolean ordered = pair.first().compareTo(pair.second()) < 0;
            String one = ordered ? pair.first() : pair.second();
            String other = ordered ? pair.second() : pair.first();
            // The lengths keep apart what the texts run together.
            String text = pair.prompt().length() + ":" + one.length() + ":" + pair.prompt() + one + other;
            String name = Hashes.sha256(text.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
            known.putIfAbsent(name, new Question(name, pair.prompt(), one, other));
        }
        List<Question> order = new ArrayList<>();
        for (Question question : known.values()) {
            boolean swapped = rng.nextBoolean();
            order.add(
                    rng.nextInt(order.size() + 1),
                    swapped
                            ? new Question(question.pair(), question.prompt(), question.right(), question.left())
                            : question);
        }
        Map<String, Question> questions = new LinkedHashMap<>();
        order.forEach(question -> questions.put(question.pair(), question));
        return questions;
    }

    private void replay(JsonLine line) throws IOException {
        String pair = line.text("pair");
        if (!questions.containsKey(pair)) {
            throw line.refused("pair is " + pair, "one of the pairs that are judged, or a new file");
        }
        if (!line.annotator().equals(annotator)) {
            throw line.refused("by is '" + line.annotator() + "'", "'" + annotator + "', or a file of their own");
        }
        if (!line.has("verdict") || !line.text("verdict").equals("undo")) {
            if (!judged.add(pair)) {
                throw line.refused("pair " + pair + " stands twice", "one answer");
            }
            order.push(pair);
        } else if (pair.equals(order.peek())) {
            judged.remove(order.pop());
        } else {
            throw line.refused("undo of " + pair, "of the last answer");
        }
    }

    /**
     * What is asked now.
     *
     * @return the state
     */
    public synchronized State state() {
        return new State(
                questions.values().stream()
                        .filter(question -> !judged.contains(question.pair()))
                        .findFirst()
                        .orElse(null),
                judged.size(),
                questions.size());
    }

    /**
     * Answers what is asked now, and writes it to the disk.
     *
     * @param pair the question that is answered
     * @param choice the answer
     * @return the state after it
     * @throws IllegalStateException if that is not what is asked now, as when an answer is sent twice
     * @throws IOException if it cannot be written; then it does not count, and the file is as before
     */
    public synchronized State answer(String pair, Choice choice) throws IOException {
        Question asked = state().question();
        if (asked == null || !asked.pair().equals(pair)) {
            throw new IllegalStateException(
                    "pair: " + pair + " (expected: " + (asked == null ? "none, all are judged" : asked.pair()) + ")");
        }
        ObjectNode line = JSON.createObjectNode().put("pair", pair);
        switch (choice) {
            case LEFT -> preference(line, asked.prompt(), asked.left(), asked.right(), "left");
            case RIGHT -> preference(line, asked.prompt(), asked.right(), asked.left(), "right");
            case TIE ->
                line.put("verdict", "tie")
                        .put("prompt", asked.prompt())
                        .put("first", asked.left())
                        .put("second", asked.right());
            case SKIP -> line.put("verdict", "skip");
        }
        append(line);
        judged.add(pair);
        order.push(pair);
        return state();
    }

    private static void preference(ObjectNode line, String prompt, String chosen, String rejected, String side) {
        line.put("prompt", prompt)
                .put("chosen", chosen)
                .put("rejected", rejected)
                .put("side", side);
    }

    /**
     * Takes the last answer back, also one of an earlier session; its question is asked again.
     *
     * @return the state after it; the same where there is nothing to take back
     * @throws IOException if it cannot be written; then the answer stands
     */
    public synchronized State undo() throws IOException {
        String last = order.peek();
        if (last != null) {
            append(JSON.createObjectNode().put("pair", last).put("verdict", "undo"));
            judged.remove(order.pop());
        }
        return state();
    }

    private void append(ObjectNode line) throws IOException {
        if (!annotator.isEmpty()) {
            line.put("by", annotator);
        }
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        if (bytes.length > JsonLine.LONGEST) {
            throw new IOException("answer: " + bytes.length + " bytes (expected: at most " + JsonLine.LONGEST
                    + "; such a pair can be skipped)");
        }
        try {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        } catch (IOException e) {
            cut();
            throw new IOException("out: " + file + " not written (expected: room and the right to write)", e);
        }
        length += bytes.length;
    }

    /** Takes back the part of a line that was written before the disk was full. */
    private void cut() {
        try {
            channel.truncate(length);
        } catch (IOException e) {
            // The failure that is being reported says more than this one; the next session drops a cut line.
        }
    }

    /**
     * Pairs that are not asked because they stand twice, their answers are equal or one is blank.
     *
     * @return how many
     */
    public int leftOut() {
        return leftOut;
    }

    /**
     * What was dropped when the journal was opened: a last line that a killed process had not finished.
     *
     * @return its bytes, 0 where the journal ended well
     */
    public long dropped() {
        return dropped;
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
