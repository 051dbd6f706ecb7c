package io.github.rlllm.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Mutual TLS 1.3: each side shows a certificate and accepts only those that the trust store vouches for. Both stores are
 * PKCS 12 files, as {@code keytool} writes them.
 *
 * @param keyStore the own certificate with its key
 * @param keyStorePassword the password of that file and of the key
 * @param trustStore the certificates of the cluster or of its own authority, and no others
 * @param trustStorePassword the password of that file
 */
public record Tls(Path keyStore, String keyStorePassword, Path trustStore, String trustStorePassword) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a file is not there or a password is empty
     */
    public Tls {
        check("keyStore", keyStore, keyStorePassword);
        check("trustStore", trustStore, trustStorePassword);
    }

    /**
     * Reads the passwords from the environment, where no list of processes shows them.
     *
     * @param keyStore the file; null for no TLS
     * @param trustStore the file; null for no TLS
     * @param environment {@code RLLLM_KEY_STORE_PASSWORD} and {@code RLLLM_TRUST_STORE_PASSWORD}
     * @return the stores, or null where there is neither
     * @throws IllegalArgumentException if only a part is given
     */
    public static @Nullable Tls of(
            @Nullable String keyStore, @Nullable String trustStore, Map<String, String> environment) {
        if (keyStore == null && trustStore == null) {
            return null;
        }
        if (keyStore == null || trustStore == null) {
            throw new IllegalArgumentException(
                    "keyStore: " + keyStore + ", trustStore: " + trustStore + " (expected: both or neither)");
        }
        return new Tls(
                Path.of(keyStore),
                environment.getOrDefault("RLLLM_KEY_STORE_PASSWORD", ""),
                Path.of(trustStore),
                environment.getOrDefault("RLLLM_TRUST_STORE_PASSWORD", ""));
    }

    private static void check(String name, Path file, String password) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(name + ": " + file + " (expected: a file that can be read)");
        }
        if (password.isEmpty()) {
            throw new IllegalArgumentException(name + "Password: empty (expected: a password)");
        }
    }

    /** Names the files; the passwords are not for logs. */
    @Override
    public String toString() {
        return "Tls[keyStore=" + keyStore + ", trustStore=" + trustStore + "]";
    }
}
