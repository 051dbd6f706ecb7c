package io.github.rlllm.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    Path path;

    @Test
    void itIsMadeWithTheFoldersAboveItAndLeavesNothingOfItsTrial() throws IOException {
        RunFolder folder = RunFolder.open(path.resolve("runs").resolve("saycan"));
        assertEquals(0, folder.path().toFile().list().length);
        assertEquals(folder.path().resolve("result.json"), folder.file("result.json"));
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamedBeforeAnyWork() throws IOException {
        Path file = Files.writeString(path.resolve("file"), "in the way");
        IOException failure = assertThrows(IOException.class, () -> RunFolder.open(file.resolve("run")));
        assertTrue(
                failure.getMessage()
                        .startsWith("folder: " + file.resolve("run") + " (expected: a folder that can be written): "),
                failure.getMessage());
    }

    @Test
    void aReadOnlyFolderIsRefused() {
        Path proc = Path.of("/proc/1");
        assumeTrue(Files.isDirectory(proc), "/proc is not there");
        IOException failure = assertThrows(IOException.class, () -> RunFolder.open(proc));
        assertTrue(failure.getMessage().startsWith("folder: /proc/1 (expected:"), failure.getMessage());
    }

    @Test
    void aFullDiskLeavesTheFileThatWasThere() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "/dev/full is not there");
        RunFolder folder = RunFolder.open(path);
        folder.write("result.json", "{}");
        Files.createSymbolicLink(path.resolve("result.json.tmp"), full);
        IOException failure = assertThrows(IOException.class, () -> folder.write("result.json", "{\"id\":1}"));
        assertTrue(failure.getMessage().endsWith("No space left on device"), failure.getMessage());
        assertEquals("{}", Files.readString(path.resolve("result.json")));
    }

    @Test
    void aNameWithFoldersIsRefused() throws IOException {
        RunFolder folder = RunFolder.open(path);
        for (String name : new String[] {"../up", "a\\b", " "}) {
            assertThrows(IllegalArgumentException.class, () -> folder.file(name), name);
        }
    }
}
