package io.github.rlllm.torch.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** A file that is not what it says or what is needed. The message names file, part, value and what was expected. */
public final class BadFileException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 200;

    private final String file;

    /**
     * Says what is wrong.
     *
     * @param file the file
     * @param part what of it, such as {@code tensor wte.weight: shape}
     * @param value as found; long ones are cut, control characters replaced
     * @param expected what was expected
     */
    public BadFileException(Path file, String part, Object value, String expected) {
        super(file + ": " + shown(part) + ": " + shown(String.valueOf(value)) + " (expected: " + expected + ")");
        this.file = file.toString();
    }

    /**
     * The file.
     *
     * @return its path
     */
    public String file() {
        return file;
    }

    private static String shown(String text) {
        String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        return cut.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
    }
}
