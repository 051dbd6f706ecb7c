package io.github.rlllm.api;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * From what a result came, enough to run it again.
 *
 * @param id what was run, such as a study's id
 * @param config every setting by name, in words that parse back; in the order of the names, so that equal runs print
 *     equal bytes
 * @param seed the seed
 * @param model the language models and engines that took part
 * @param machine the JVM, operating system and processor count
 */
public record Provenance(String id, Map<String, String> config, long seed, String model, String machine) {
    /** Checks and copies. */
    public Provenance {
        Objects.requireNonNull(id, "id");
        config = Collections.unmodifiableMap(new TreeMap<>(config));
        config.forEach((name, value) -> Objects.requireNonNull(value, name));
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(machine, "machine");
    }

    /**
     * Describes the running JVM and machine.
     *
     * @return for example {@code 17.0.15+6 OpenJDK 64-Bit Server VM, Linux amd64, 2 processors}
     */
    public static String thisMachine() {
        return System.getProperty("java.vm.version") + " " + System.getProperty("java.vm.name") + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors";
    }
}
