package io.github.rlllm.api;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PublicSurfaceTest {
    /** Nested public types count as well. */
    @Test
    void atMostFortyPublicTypes() throws IOException {
        Path classes = Path.of("target/classes/io/github/rlllm/api");
        try (Stream<Path> files = Files.list(classes)) {
            List<String> visible = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
                    .map(name -> "io.github.rlllm.api." + name.substring(0, name.length() - 6))
                    .filter(PublicSurfaceTest::isPublic)
                    .sorted()
                    .toList();
            assertTrue(visible.size() >= 20, "found too few to be true: " + visible);
            assertTrue(visible.size() <= 40, visible.size() + " public types: " + visible);
        }
    }

    private static boolean isPublic(String name) {
        try {
            Class<?> type = Class.forName(name);
            for (Class<?> c = type; c != null; c = c.getEnclosingClass()) {
                if (!Modifier.isPublic(c.getModifiers())) {
                    return false;
                }
            }
            return !type.isAnonymousClass();
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
