package io.github.rlllm.engine.run;

import io.github.rlllm.api.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A list that grows as a run goes on and is saved with it, such as samples or figures. Confined to one thread.
 *
 * @param <T> the type of an element
 */
public final class KeptList<T> implements Snapshot {
    private final Writer<T> writer;
    private final Reader<T> reader;
    private final List<T> elements = new ArrayList<>();

    /**
     * Writes an element.
     *
     * @param <T> the type of an element
     */
    @FunctionalInterface
    public interface Writer<T> {
        /**
         * Writes it.
         *
         * @param out where to
         * @param element the element
         * @throws IOException if it cannot be written
         */
        void write(DataOutput out, T element) throws IOException;
    }

    /**
     * Reads an element.
     *
     * @param <T> the type of an element
     */
    @FunctionalInterface
    public interface Reader<T> {
        /**
         * Reads it.
         *
         * @param in where from
         * @return an element equal to the one that was written
         * @throws IOException if it cannot be read
         */
        T read(DataInput in) throws IOException;
    }

    /**
     * An empty list.
     *
     * @param writer writes an element
     * @param reader reads what {@code writer} wrote
     */
    public KeptList(Writer<T> writer, Reader<T> reader) {
        this.writer = writer;
        this.reader = reader;
    }

    /**
     * An empty list of numbers.
     *
     * @return the list
     */
    public static KeptList<Double> ofDoubles() {
        return new KeptList<>(DataOutput::writeDouble, DataInput::readDouble);
    }

    /**
     * Appends an element.
     *
     * @param element the element
     */
    public void add(T element) {
        elements.add(element);
    }

    /**
     * The elements so far.
     *
     * @return a view
     */
    public List<T> elements() {
        return Collections.unmodifiableList(elements);
    }

    @Override
    public byte[] save() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(elements.size());
            for (T element : elements) {
                writer.write(out, element);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void restore(byte[] state) {
        elements.clear();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
            for (int left = in.readInt(); left > 0; left--) {
                elements.add(reader.read(in));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("state: " + state.length + " bytes (expected: from save)", e);
        }
    }
}
