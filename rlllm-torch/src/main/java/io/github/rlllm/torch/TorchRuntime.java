package io.github.rlllm.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PyTorch engine of this process: started once, on the CPU, with the network and telemetry switched off.
 *
 * <p><b>Side effects.</b> The first start on a machine unpacks about 445 MB of native libraries (a few seconds) into a
 * folder: the one that is given to {@link #start(Path, int)}, else the environment variable or system property
 * {@code ENGINE_CACHE_DIR}, else {@code DJL_CACHE_DIR}, else {@code ~/.djl.ai}. It sets the system properties
 * {@code ai.djl.offline}, {@code OPT_OUT_TRACKING}, {@code ai.djl.pytorch.num_threads} and
 * {@code ai.djl.pytorch.num_interop_threads}. Nothing is ever downloaded and nobody is called.
 *
 * <p><b>Threads.</b> The engine collects gradients for one computation in a process at a time, so every computation of
 * this module holds {@link #lock()}: calls from several threads are safe and wait for each other. Whoever wants to train
 * in parallel starts another process.
 */
public final class TorchRuntime {
    /** What the first start unpacks, in MB. */
    public static final int UNPACKED_MEGABYTES = 445;

    private static final Logger LOG = LoggerFactory.getLogger(TorchRuntime.class);
    private static final String NATIVES = "native/lib/pytorch.properties";
    private static @Nullable TorchRuntime started;

    private final Path folder;
    private final int threads;
    private final NDManager root;
    private final FusedOperations fused;
    private @Nullable Gpt2Script gpt2;
    private final ReentrantLock lock = new ReentrantLock();

    private TorchRuntime(Path folder, int threads, NDManager root) {
        this.folder = folder;
        this.threads = threads;
        this.root = root;
        this.fused = new FusedOperations((PtNDManager) root);
    }

    /**
     * Starts the engine with one thread, or gives the one that runs. One thread makes equal seeds give equal bits.
     *
     * @return the engine of this process
     * @throws IllegalStateException if there are no natives for this system or their folder cannot be written
     */
    public static TorchRuntime start() {
        return start(null, 1);
    }

    /**
     * Starts the engine, or gives the one that runs if it was started in the same way.
     *
     * @param folder where the natives are unpacked; null leaves it to the environment
     * @param threads threads of one operation, at least 1
     * @return the engine of this process
     * @throws IllegalStateException if there are no natives for this system, their folder cannot be written, or the
     *     engine already runs with another folder or number of threads
     */
    public static synchronized TorchRuntime start(@Nullable Path folder, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
        }
        Path wanted = folder == null ? defaultFolder() : folder.toAbsolutePath();
        if (started != null) {
            if (!started.folder.equals(wanted) || started.threads != threads) {
                throw new IllegalStateException("engine: runs with " + started.threads + " threads from "
                        + started.folder + " (expected: one way of starting it in a process, here " + threads
                        + " threads from " + wanted + ")");
            }
            return started;
        }
        requireNatives(
                TorchRuntime.class.getClassLoader(), System.getProperty("os.name"), System.getProperty("os.arch"));
        requireWritable(wanted);
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.default_engine", "PyTorch");
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        if (folder != null) {
            System.setProperty("ENGINE_CACHE_DIR", wanted.toString());
        }
        LOG.info("PyTorch natives in {} (about {} MB, unpacked at the first start)", wanted, UNPACKED_MEGABYTES);
        Engine engine = Engine.getEngine("PyTorch");
        started = new TorchRuntime(wanted, threads, engine.newBaseManager());
        return started;
    }

    /** Where the natives go if nobody says: the engine's own rule. */
    static Path defaultFolder() {
        String engine = setting("ENGINE_CACHE_DIR");
        String djl = engine == null ? setting("DJL_CACHE_DIR") : engine;
        Path folder = djl == null ? Path.of(System.getProperty("user.home"), ".djl.ai") : Path.of(djl);
        return folder.toAbsolutePath();
    }

    private static @Nullable String setting(String name) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? System.getProperty(name) : value;
    }

    /** The engine would try to download what it does not find: say what is missing instead. */
    static void requireNatives(ClassLoader loader, String os, String arch) {
        String system = os.toLowerCase(Locale.ROOT);
        String platform = (system.startsWith("mac") ? "osx" : system.startsWith("win") ? "win" : system)
                + "-"
                + (arch.equals("amd64") ? "x86_64" : arch);
        if (setting("PYTORCH_LIBRARY_PATH") != null) {
            return;
        }
        String found = null;
        try (InputStream in = loader.getResourceAsStream(NATIVES)) {
            if (in != null) {
                Properties properties = new Properties();
                properties.load(in);
                found = properties.getProperty("classifier");
            }
        } catch (IOException e) {
            throw new IllegalStateException("natives: " + NATIVES + " cannot be read (" + e.getMessage() + ")", e);
        }
        if (found == null || !found.equals(platform)) {
            throw new IllegalStateException("PyTorch natives: " + (found == null ? "none" : found)
                    + " on the class path (expected: " + platform
                    + "; add the dependency ai.djl.pytorch:pytorch-native-cpu:2.7.1:" + platform
                    + ", which exists for linux-x86_64, osx-aarch64 and win-x86_64, or set PYTORCH_LIBRARY_PATH to the"
                    + " libraries of your own PyTorch 2.7.1)");
        }
    }

    /** Nothing is written but an empty file, which is removed. */
    static void requireWritable(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "rlllm", ".probe"));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "folder of the PyTorch natives: " + folder + " (expected: a folder that can be written, with "
                            + UNPACKED_MEGABYTES
                            + " MB left; choose one with ENGINE_CACHE_DIR or TorchRuntime.start(folder, threads))",
                    e);
        }
    }

    /**
     * Where the natives are.
     *
     * @return an absolute folder
     */
    public Path folder() {
        return folder;
    }

    /**
     * The one training lock of the process. The classes of this module take it; take it yourself only around own code on
     * the engine.
     *
     * @return a re-entrant lock
     */
    public ReentrantLock lock() {
        return lock;
    }

    /**
     * The engine's identity, as it goes into provenance.
     *
     * @return such as {@code PyTorch 2.7.1 (DJL), 1 thread}
     */
    public String describe() {
        Engine engine = Engine.getEngine("PyTorch");
        return "PyTorch " + engine.getVersion() + " (DJL), " + threads + (threads == 1 ? " thread" : " threads");
    }

    /** A manager for arrays that live until it is closed. */
    NDManager newManager() {
        return root.newSubManager();
    }

    /** What the binding leaves out; used under the lock. */
    FusedOperations fused() {
        return fused;
    }

    /** A whole GPT-2 at once; used under the lock. */
    Gpt2Script gpt2() {
        if (gpt2 == null) {
            gpt2 = new Gpt2Script((PtNDManager) root);
        }
        return gpt2;
    }

    /** Gradient mode belongs to a thread in the engine; a thread that never trained would record a graph. */
    static void recordNothing() {
        JniUtils.setGradMode(false);
    }

    /** Arrays that outlived their scope, at the root or with no owner; for the tests of memory. */
    int alive() {
        return root.getManagedArrays().size()
                + Engine.getEngine("PyTorch")
                        .newBaseManager()
                        .getParentManager()
                        .getManagedArrays()
                        .size();
    }
}
