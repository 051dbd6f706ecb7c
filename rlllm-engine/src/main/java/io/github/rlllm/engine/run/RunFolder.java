package io.github.rlllm.engine.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one run, such as {@code runs/experiments}. Opening it finds out whether it can be written before any work
 * is done.
 */
public final class RunFolder {
    private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);

    private final Path path;

    private RunFolder(Path path) {
        this.path = path;
    }

    /**
     * Opens a run's folder and makes it where it is not there.
     *
     * @param path the folder
     * @return the folder, which can be written
     * @throws IOException if it cannot be made or written, naming it
     */
    public static RunFolder open(Path path) throws IOException {
        try {
            Files.createDirectories(path);
            Path probe = Files.createTempFile(path, ".writable", "");
            Files.delete(probe);
        } catch (IOException e) {
            throw new IOException(
                    "folder: " + path.toAbsolutePath() + " (expected: a folder that can be written): " + e, e);
        }
        return new RunFolder(path);
    }

    /**
     * Where it is.
     *
     * @return the folder's path
     */
    public Path path() {
        return path;
    }

    /**
     * A file in it.
     *
     * @param name the file's name, without folders
     * @return its path; it need not exist
     */
    public Path file(String name) {
        if (name.isBlank() || name.contains("/") || name.contains("\\")) {
            throw new IllegalArgumentException("name: '" + name + "' (expected: a file name without folders)");
        }
        return path.resolve(name);
    }

    /**
     * Writes a file whole or not at all: to a temporary file that is then renamed.
     *
     * @param name the file's name, without folders
     * @param text its content, written as UTF-8
     * @throws IOException if it cannot be written, for instance because the disk is full; a file that was there before is
     *     then as it was
     */
    public void write(String name, String text) throws IOException {
        Path target = file(name);
        Path temporary = file(name + ".tmp");
        try {
            Files.writeString(temporary, text);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            drop(temporary);
            throw new IOException(
                    "file: " + target.toAbsolutePath() + " of " + text.length()
                            + " characters not written (expected: room and the right to write): " + e.getMessage(),
                    e);
        }
    }

    /** Gives back the room of a file that could not be written whole. */
    static void drop(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            LOG.debug("{} cannot be removed: {}", temporary, e.getMessage());
        }
    }
}
