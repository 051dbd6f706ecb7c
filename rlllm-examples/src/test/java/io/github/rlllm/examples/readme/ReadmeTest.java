package io.github.rlllm.examples.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the README shows is compiled (it is a region of a class beside this test) and run. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PROGRAMS = Path.of("src/main/java/io/github/rlllm/examples/readme");
    private static final Pattern BLOCK =
            Pattern.compile("<!-- program: (\\w+) -->\\s*```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern REGION =
            Pattern.compile("^( *)// region (\\w+)\\n(.*?)^ *// endregion", Pattern.DOTALL | Pattern.MULTILINE);
    private static final int MOST_LINES = 15;

    @TestFactory
    Stream<DynamicTest> everyJavaBlockIsAProgramThatRuns() throws IOException {
        Map<String, String> regions = regions();
        Map<String, String> blocks = blocks();
        assertTrue(blocks.size() >= 6, "three programs to embed and three maps, found " + blocks.keySet());
        return blocks.entrySet().stream()
                .map(block -> DynamicTest.dynamicTest(block.getKey(), () -> {
                    assertEquals(regions.get(block.getKey()), block.getValue(), "README and source differ");
                    assertTrue(block.getValue().lines().count() <= MOST_LINES, "more than " + MOST_LINES + " lines");
                    Method run = Class.forName("io.github.rlllm.examples.readme." + block.getKey())
                            .getDeclaredMethod("run");
                    run.setAccessible(true);
                    Object shown = run.invoke(null);
                    assertFalse(shown.toString().isBlank());
                }));
    }

    @Test
    void noJavaBlockEscapes() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        long fences = readme.lines().filter(line -> line.equals("```java")).count();
        assertEquals(fences, blocks().size(), "a ```java block without <!-- program: Name -->");
    }

    @Test
    void commandsOfTheReadmeAreTheOnesThatTheScriptRuns() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        assertTrue(readme.contains("\n./mvnw verify\n"), "the test command");
        assertTrue(Files.readString(ROOT.resolve(".ci/run")).contains("./mvnw -B -ntp -o verify"));
    }

    private static Map<String, String> blocks() throws IOException {
        Map<String, String> blocks = new LinkedHashMap<>();
        Matcher matcher = BLOCK.matcher(Files.readString(ROOT.resolve("README.md")));
        while (matcher.find()) {
            blocks.put(matcher.group(1), matcher.group(2));
        }
        return blocks;
    }

    private static Map<String, String> regions() throws IOException {
        Map<String, String> regions = new LinkedHashMap<>();
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> files = Files.list(PROGRAMS)) {
            files.forEach(sources::add);
        }
        for (Path source : sources) {
            Matcher matcher = REGION.matcher(Files.readString(source));
            while (matcher.find()) {
                String margin = matcher.group(1);
                StringBuilder text = new StringBuilder();
                matcher.group(3)
                        .lines()
                        .forEach(line -> text.append(line.startsWith(margin) ? line.substring(margin.length()) : line)
                                .append('\n'));
                regions.put(matcher.group(2), text.toString());
            }
        }
        return regions;
    }
}
