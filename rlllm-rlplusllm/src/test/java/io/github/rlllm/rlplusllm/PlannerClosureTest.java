package io.github.rlllm.rlplusllm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an application gets that plans over skills: this module and what it needs at run time, as the build resolved it
 * (the dependency plugin writes it down). Inside the build the siblings are folders of classes.
 */
class PlannerClosureTest {
    private static final Logger LOG = LoggerFactory.getLogger(PlannerClosureTest.class);
    private static final long MOST_BYTES = 8_000_000;

    private static List<Path> closure() throws IOException {
        List<Path> parts = new ArrayList<>();
        parts.add(Path.of("target/classes"));
        for (String part :
                Files.readString(Path.of("target/planner-classpath.txt")).trim().split(File.pathSeparator)) {
            parts.add(Path.of(part));
        }
        return parts;
    }

    private static long bytes(Path part) throws IOException {
        if (Files.isRegularFile(part)) {
            return Files.size(part);
        }
        try (Stream<Path> files = Files.walk(part)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void isAtMostEightMegabytes() throws IOException {
        List<Path> parts = closure();
        long sum = 0;
        for (Path part : parts) {
            long bytes = bytes(part);
            assertTrue(bytes > 0, part + ": empty");
            sum += bytes;
        }
        LOG.info("{} parts, {} bytes", parts.size(), sum);
        assertTrue(parts.size() >= 5, "too few to be true: " + parts);
        assertTrue(sum <= MOST_BYTES, sum + " bytes (expected: at most " + MOST_BYTES + "): " + parts);
    }

    @Test
    void bringsNoNativeEngineNoChartsNoProgressBar() throws IOException {
        List<String> heavy = List.of(
                "djl",
                "onnx",
                "pytorch",
                "tokenizers",
                "xchart",
                "progressbar",
                "picocli",
                "jline",
                "commons-math",
                "embeddings",
                "junit",
                "pekko",
                "scala",
                "rlllm-cluster",
                "rlllm-torch",
                "rlllm-examples",
                "rlllm-testkit");
        for (Path part : closure()) {
            // Siblings are folders called classes; what they are is told by their module's folder.
            String name = Files.isDirectory(part)
                    ? part.toAbsolutePath()
                            .getParent()
                            .getParent()
                            .getFileName()
                            .toString()
                    : part.getFileName().toString();
            assertEquals(List.of(), heavy.stream().filter(name::contains).toList(), part.toString());
        }
    }

    @Test
    void holdsNoNativeLibrary() throws IOException {
        for (Path part : closure()) {
            if (Files.isRegularFile(part)) {
                try (java.util.zip.ZipFile jar = new java.util.zip.ZipFile(part.toFile())) {
                    List<String> natives = jar.stream()
                            .map(java.util.zip.ZipEntry::getName)
                            .filter(name -> name.matches(".*\\.(so|dll|dylib|jnilib)"))
                            .toList();
                    assertEquals(List.of(), natives, part.toString());
                }
            }
        }
    }
}
