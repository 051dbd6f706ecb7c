package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchRuntimeTest {
    @TempDir
    private Path folder;

    @Test
    void startsOnceOfflineWithoutTelemetryAndOnOneThread() {
        TorchRuntime runtime = TorchRuntime.start();
        assertSame(runtime, TorchRuntime.start());
        assertEquals("true", System.getProperty("ai.djl.offline"));
        assertEquals("true", System.getProperty("OPT_OUT_TRACKING"));
        assertEquals(1, JniUtils.getNumThreads());
        assertTrue(runtime.describe().startsWith("PyTorch 2.7.1"), runtime.describe());
        assertTrue(runtime.describe().endsWith("1 thread"), runtime.describe());
        assertTrue(Files.isDirectory(runtime.folder()), runtime.folder().toString());
    }

    @Test
    void asecondWayOfStartingIsRefused() {
        TorchRuntime.start();
        assertTrue(assertThrows(IllegalStateException.class, () -> TorchRuntime.start(folder, 1))
                .getMessage()
                .startsWith("engine: runs with 1 threads from "));
        assertEquals(
                "threads: 0 (expected: >= 1)",
                assertThrows(IllegalArgumentException.class, () -> TorchRuntime.start(null, 0))
                        .getMessage());
    }

    @Test
    void aSystemWithoutNativesIsToldWhatToAdd() {
        ClassLoader loader = TorchRuntimeTest.class.getClassLoader();
        String message = assertThrows(
                        IllegalStateException.class, () -> TorchRuntime.requireNatives(loader, "Plan9", "riscv64"))
                .getMessage();
        assertTrue(message.contains("expected: plan9-riscv64"), message);
        String empty = assertThrows(
                        IllegalStateException.class,
                        () -> TorchRuntime.requireNatives(new ClassLoader(null) {}, "Mac OS X", "aarch64"))
                .getMessage();
        assertTrue(
                empty.startsWith("PyTorch natives: none on the class path (expected: osx-aarch64; add the dependency"
                        + " ai.djl.pytorch:pytorch-native-cpu:2.7.1:osx-aarch64"),
                empty);
    }

    @Test
    void aFolderThatCannotBeWrittenIsRefusedAtTheDoorAndAGoodOneKeptClean() throws IOException {
        Path good = folder.resolve("a/b");
        TorchRuntime.requireWritable(good);
        try (var files = Files.list(good)) {
            assertEquals(0, files.count());
        }
        Path file = Files.writeString(folder.resolve("file"), "");
        String message = assertThrows(IllegalStateException.class, () -> TorchRuntime.requireWritable(file))
                .getMessage();
        assertTrue(message.startsWith("folder of the PyTorch natives: " + file + " (expected: a folder"), message);
        assertTrue(message.contains("445 MB"), message);
    }
}
