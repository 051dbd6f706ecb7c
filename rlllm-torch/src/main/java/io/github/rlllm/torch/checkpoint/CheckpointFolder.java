package io.github.rlllm.torch.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A folder whose files are found by plain names. A name that leads elsewhere, by its spelling or by a link, is refused;
 * the one exception is the layout of the Hugging Face cache, where {@code REPO/snapshots/REVISION} links to
 * {@code REPO/blobs}.
 */
final class CheckpointFolder {
    private final Path folder;
    private final Path real;

    CheckpointFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new BadFileException(folder, "folder", "missing or no folder", "a folder with config.json");
        }
        this.folder = folder;
        this.real = folder.toRealPath();
    }

    Path folder() {
        return folder;
    }

    boolean has(String name) {
        return Files.exists(folder.resolve(name));
    }

    /**
     * A file of the folder.
     *
     * @param said the file that named it
     * @param part where it did
     * @param name untrusted
     */
    Path file(Path said, String part, String name) throws IOException {
        Path file;
        try {
            file = folder.resolve(name);
        } catch (InvalidPathException e) {
            throw new BadFileException(said, part, name, "a plain file name");
        }
        boolean plain = !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf('\\') < 0
                && name.indexOf(':') < 0;
        if (!plain) {
            throw new BadFileException(said, part, name, "a plain file name of this folder");
        }
        if (!Files.exists(file)) {
            throw new BadFileException(said, part, name, "a file that is in the folder");
        }
        Path target = file.toRealPath();
        Path parent = real.getParent();
        boolean cache = parent != null
                && parent.getFileName() != null
                && parent.getFileName().toString().equals("snapshots")
                && target.startsWith(parent.resolveSibling("blobs"));
        if (!target.startsWith(real) && !cache) {
            throw new BadFileException(said, part, name + " -> " + target, "no link that leaves the folder");
        }
        return file;
    }
}
