package io.github.rlllm.torch;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** TorchScript modules without weights, from their source: written here in the format that {@code torch.jit.save} writes. */
final class Script {
    /** The version of the format's operators in which {@code gelu} has its approximation. */
    private static final String VERSION = "10\n";

    /** A pickled object of a class whose one attribute is {@code training = True}. */
    private static final String OBJECT =
            "\u0080\u0002c__torch__\n%s\nq\u0000)\u0081}(X\b\u0000\u0000\u0000trainingq\u0001\u0088ubq\u0002.";

    /** A pickled empty tuple. */
    private static final String CONSTANTS = "\u0080\u0002).";

    private Script() {}

    /**
     * Loads a module.
     *
     * @param manager that keeps it
     * @param name of its class
     * @param code that defines the class
     * @throws ai.djl.engine.EngineException if the engine does not know an operation of it
     */
    static PtSymbolBlock load(PtNDManager manager, String name, String code) {
        try {
            return JniUtils.loadModule(manager, new ByteArrayInputStream(archive(name, code)), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] archive(String name, String code) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, "version", VERSION);
            put(zip, "data.pkl", OBJECT.replace("%s", name));
            put(zip, "code/__torch__.py", code);
            put(zip, "constants.pkl", CONSTANTS);
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipEntry entry = new ZipEntry("module/" + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
