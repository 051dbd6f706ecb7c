package io.github.rlllm.torch.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads the header of a GGUF file from front to back. No length of the file is believed before it fits the file. */
final class GgufCursor {
    private static final int WINDOW = 1 << 16;

    private final FileBytes bytes;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN);
    private long end;

    GgufCursor(FileBytes bytes) {
        this.bytes = bytes;
        window.limit(0);
    }

    /** The position of the next byte. */
    long at() {
        return end - window.remaining();
    }

    long left() {
        return bytes.size() - at();
    }

    private void need(String part, int count) throws IOException {
        if (window.remaining() >= count) {
            return;
        }
        if (left() < count) {
            throw bad(part, "ends at byte " + bytes.size(), count + " bytes at " + at() + "; the file is truncated");
        }
        long from = at();
        window.clear().limit((int) Math.min(WINDOW, bytes.size() - from));
        bytes.fill(part, from, window);
        end = from + window.limit();
    }

    BadFileException bad(String part, Object value, String expected) {
        return new BadFileException(bytes.file(), part, value, expected);
    }

    int u8(String part) throws IOException {
        need(part, 1);
        return window.get() & 0xff;
    }

    int i16(String part) throws IOException {
        need(part, 2);
        return window.getShort();
    }

    int i32(String part) throws IOException {
        need(part, 4);
        return window.getInt();
    }

    long i64(String part) throws IOException {
        need(part, 8);
        return window.getLong();
    }

    /** A count of things that take at least so many bytes each. */
    long count(String part, int least) throws IOException {
        long count = i64(part);
        long most = left() / least;
        if (count < 0 || count > most) {
            throw bad(part, Long.toUnsignedString(count), "0 to " + most + ", what the file can hold");
        }
        return count;
    }

    String text(String part, int longest) throws IOException {
        long length = i64(part + ": length");
        long most = Math.min(longest, left());
        if (length < 0 || length > most) {
            throw bad(part + ": length", Long.toUnsignedString(length), "0 to " + most);
        }
        byte[] text = new byte[(int) length];
        for (int at = 0; at < text.length; ) {
            need(part, 1);
            int some = Math.min(window.remaining(), text.length - at);
            window.get(text, at, some);
            at += some;
        }
        return new String(text, StandardCharsets.UTF_8);
    }
}
