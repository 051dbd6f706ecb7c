package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a language model was asked and what it answered, in a file of one JSON object a line ({@link CassetteLine}), which can
 * be read, compared and kept with the code. A request is known by the SHA-256 of its canonical form: the model's identity,
 * messages, stop texts, limit of tokens, seed and schema. One that was asked k times has k lines and is answered by them in
 * their order.
 *
 * <p>A line is on the disk before its answer is given back, so an answer that was given is never paid for again, whenever the
 * process is killed. A last line that was torn is recognised and dropped; any other damage is an error that names the line.
 * Put the cassette over limits and retries: what it answers costs nothing. The file holds prompts and answers in full.
 * Thread-safe; one process writes a file at a time.
 */
public final class Cassette implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Cassette.class);

    /** What is done with a request. */
    public enum Mode {
        /** Ask the model and write it down; the file must be new or empty. */
        RECORD,
        /** Answer from the file alone; a request that it does not have fails. */
        REPLAY,
        /** Answer from the file, and ask the model for what it does not have and write it down. */
        RECORD_MISSING
    }

    private final Path file;
    private final Mode mode;
    private final @Nullable FileChannel channel;
    private final Map<String, Deque<Completion>> unplayed = new HashMap<>();
    private final Map<String, CassetteLine> requests = new LinkedHashMap<>();
    private final SortedSet<String> models = new TreeSet<>();
    private long calls;
    private long tokensIn;
    private long tokensOut;
    private int replayed;
    private int recorded;

    private Cassette(Path file, Mode mode, @Nullable FileChannel channel) {
        this.file = file;
        this.mode = mode;
        this.channel = channel;
    }

    /**
     * Opens a cassette.
     *
     * @param file where it is; made where it is not there and the mode writes
     * @param mode what is done with requests
     * @return the cassette
     * @throws IOException if the file cannot be read or written, is damaged before its last line, is not empty though it is to
     *     be recorded anew, or is written by another process
     */
    public static Cassette open(Path file, Mode mode) throws IOException {
        Objects.requireNonNull(mode, "mode");
        if (mode == Mode.REPLAY) {
            Cassette cassette = new Cassette(file, mode, null);
            cassette.read();
            return cassette;
        }
        boolean made = !Files.exists(file);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(channel, file);
            if (mode == Mode.RECORD && channel.size() > 0) {
                throw new IOException("cassette: " + file + " has " + channel.size()
                        + " bytes (expected: a new or an empty file to record to)");
            }
            Cassette cassette = new Cassette(file, mode, channel);
            channel.truncate(cassette.read());
            channel.position(channel.size());
            if (made) {
                syncFolder(file);
            }
            return cassette;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void lock(FileChannel channel, Path file) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // Open in this process: told as if another had it.
        }
        throw new IOException("cassette: " + file + " is being written (expected: one writer at a time)");
    }

    /** The file's own name must survive too; some systems cannot sync a folder. */
    private static void syncFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        try (FileChannel entry = FileChannel.open(Objects.requireNonNull(folder), StandardOpenOption.READ)) {
            entry.force(true);
        } catch (IOException e) {
            LOG.debug("folder of {} is not synced: {}", file, e.getClass().getSimpleName());
        }
    }

    /** Reads all lines; gives the bytes that are whole lines. */
    private long read() throws IOException {
        long whole = 0;
        int number = 0;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            int each;
            while ((each = in.read()) >= 0) {
                line.write(each);
                if (each == '\n') {
                    number++;
                    take(line.toByteArray(), number);
                    whole += line.size();
                    line.reset();
                }
            }
        }
        if (line.size() > 0) {
            // Its newline was not written, so nobody was given this answer.
            LOG.warn("cassette {}: line {} is torn after {} bytes and dropped", file, number + 1, line.size());
        }
        return whole;
    }

    private void take(byte[] bytes, int number) throws IOException {
        CassetteLine line;
        try {
            line = CassetteLine.parse(bytes);
        } catch (IllegalArgumentException e) {
            throw new IOException("cassette: " + file + ", line " + number + ": " + e.getMessage());
        }
        unplayed.computeIfAbsent(line.key(), key -> new ArrayDeque<>()).add(line.answer());
        count(line);
    }

    private void count(CassetteLine line) {
        requests.putIfAbsent(line.key(), line);
        models.add(line.model());
        calls++;
        tokensIn += Math.max(0, line.answer().tokensIn());
        tokensOut += Math.max(0, line.answer().tokensOut());
    }

    /**
     * A model whose answers are recorded here, or come from here.
     *
     * @param model asked where the mode says so
     * @param id the model's identity in the requests, such as its name with its settings; another identity is another request
     * @return the model; failures of {@code model} pass through and are not recorded
     */
    public LanguageModel over(LanguageModel model, String id) {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(id, "id");
        return prompt -> complete(model, id, prompt);
    }

    /**
     * A model that is this cassette alone, whatever its mode.
     *
     * @param id the model's identity in the requests
     * @return a model of which a request that is not here is a {@link CassetteMissException}
     */
    public LanguageModel replay(String id) {
        Objects.requireNonNull(id, "id");
        return prompt -> complete(null, id, prompt);
    }

    private Completion complete(@Nullable LanguageModel model, String id, Prompt prompt) {
        String key = CassetteLine.key(id, prompt);
        if (mode != Mode.RECORD) {
            Completion found = next(key);
            if (found != null) {
                return found;
            }
        }
        if (model == null || mode == Mode.REPLAY) {
            throw miss(key, id, prompt);
        }
        Completion answer = model.complete(prompt);
        append(new CassetteLine(key, id, prompt, answer));
        return answer;
    }

    private synchronized @Nullable Completion next(String key) {
        Deque<Completion> answers = unplayed.get(key);
        Completion found = answers == null ? null : answers.poll();
        replayed += found == null ? 0 : 1;
        return found;
    }

    private synchronized CassetteMissException miss(String key, String id, Prompt prompt) {
        return new CassetteMissException("cassette " + file + ": " + Nearest.of(key, id, prompt, requests));
    }

    private synchronized void append(CassetteLine line) {
        FileChannel to = Objects.requireNonNull(channel, "a cassette to write");
        ByteBuffer bytes = ByteBuffer.wrap(line.bytes());
        try {
            long before = to.position();
            try {
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
                to.force(false);
            } catch (IOException e) {
                to.truncate(before);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cassette " + file + ": an answer could not be written", e);
        }
        count(line);
        recorded++;
    }

    /**
     * The identities of the models in the file.
     *
     * @return sorted
     */
    public synchronized SortedSet<String> models() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(models));
    }

    /**
     * What all answers in the file cost when they were recorded.
     *
     * @param price of their tokens
     * @return the sum; answers whose tokens the model did not tell count as calls alone
     */
    public synchronized ModelUsage cost(Price price) {
        return new ModelUsage(calls, tokensIn, tokensOut, price.of(tokensIn, tokensOut), Duration.ZERO);
    }

    /**
     * How many requests were answered from the file.
     *
     * @return at least 0
     */
    public synchronized int replayed() {
        return replayed;
    }

    /**
     * How many answers were written since the cassette was opened.
     *
     * @return at least 0
     */
    public synchronized int recorded() {
        return recorded;
    }

    /** Closes the file; what is asked after that fails where it would have to be written. */
    @Override
    public void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
