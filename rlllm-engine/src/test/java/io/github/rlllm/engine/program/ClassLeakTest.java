package io.github.rlllm.engine.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compiled programs leave nothing behind: tried in a JVM of its own with 256 MB of heap and 64 MB for classes. */
class ClassLeakTest {
    private static final Logger LOG = LoggerFactory.getLogger(ClassLeakTest.class);

    @Test
    void threeThousandCompilationsLeakNoClass() throws Exception {
        compileInItsOwnJvm(3_000);
    }

    @Test
    @Tag("slow")
    void aHundredThousandCompilationsLeakNoClass() throws Exception {
        compileInItsOwnJvm(100_000);
    }

    private static void compileInItsOwnJvm(int programs) throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:MaxMetaspaceSize=64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ClassLeakTest.class.getName(),
                        Integer.toString(programs)))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), "still running");
        assertEquals(0, process.exitValue(), output);
        LOG.info("{}", output.trim());
    }

    /** Compiles and runs programs, then counts the classes that are still loaded. */
    public static void main(String[] args) throws Exception {
        int programs = Integer.parseInt(args[0]);
        ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
        SplittableRandom random = new SplittableRandom(9);
        int before = 0;
        for (int i = 0; i < programs; i++) {
            if (i == 200) {
                before = classes.getLoadedClassCount();
            }
            String source = new ProgramGenerator(random).program();
            RewardProgram program = RewardCompiler.compile(ProgramGenerator.SCHEMA, source)
                    .fold(found -> found, reason -> {
                        throw new IllegalStateException(reason);
                    });
            try {
                program.total(new double[ProgramGenerator.SCHEMA.width()]);
            } catch (RewardFailure e) {
                continue;
            }
        }
        int after = Integer.MAX_VALUE;
        for (int i = 0; i < 20 && after > before; i++) {
            System.gc();
            Thread.sleep(50);
            after = classes.getLoadedClassCount();
        }
        System.out.println(programs + " programs, " + classes.getTotalLoadedClassCount() + " classes loaded, " + before
                + " after 200 programs, " + after + " at the end");
        // 200 programs may still have been there at the first count; the last is without any.
        System.exit(after <= before + 50 && classes.getUnloadedClassCount() >= programs - 400 ? 0 : 1);
    }
}
