package io.github.rlllm.torch;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The module of {@code gpt2.py}: a whole GPT-2 in one call of the engine, forward and back. */
final class Gpt2Script {
    private static final Logger LOG = LoggerFactory.getLogger(Gpt2Script.class);
    private static final String SOURCE = "gpt2.py";

    private final PtSymbolBlock module;

    /**
     * Loads the module.
     *
     * @param manager that keeps it
     */
    Gpt2Script(PtNDManager manager) {
        module = load(manager, source());
    }

    private static PtSymbolBlock load(PtNDManager manager, String code) {
        try {
            return Script.load(manager, "Gpt2", code);
        } catch (EngineException e) {
            // An engine that was built without oneDNN does not know its product.
            LOG.debug("no oneDNN in this engine ({})", e.getMessage());
            return Script.load(
                    manager, "Gpt2", code.replaceAll("return ops\\.mkldnn.*", "return torch.linear(x, w, b)"));
        }
    }

    private static String source() {
        try (InputStream in = Gpt2Script.class.getResourceAsStream(SOURCE)) {
            if (in == null) {
                throw new IllegalStateException(
                        "resource " + SOURCE + ": missing (expected: beside " + Gpt2Script.class + ")");
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Calls a method; the caller closes arguments and result. */
    IValue call(String method, IValue... arguments) {
        return IValueUtils.runMethod(module, method, arguments);
    }
}
