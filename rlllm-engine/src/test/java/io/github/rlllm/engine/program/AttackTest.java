package io.github.rlllm.engine.program;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Attacks on reward programs: the written ones each with its verdict, and generated ones. */
class AttackTest {
    private static final Logger LOG = LoggerFactory.getLogger(AttackTest.class);
    /** Of the thread's processor time, which a busy machine does not lengthen: far above what any takes. */
    private static final long MOST_NANOS = 10_000_000_000L;
    /** By the wall clock, far below a hang. */
    private static final long WATCHDOG_NANOS = 60_000_000_000L;

    private static final String[] WORDS = {
        "System",
        ".",
        "exit",
        "(",
        ")",
        "Runtime",
        "Class",
        "forName",
        "new",
        "class",
        "import",
        "while",
        "true",
        "for",
        "(;;)",
        "{",
        "}",
        ";",
        "double",
        "int",
        "boolean",
        "final",
        "static",
        "return",
        "reward",
        "Math",
        "random",
        "nanoTime",
        "joints",
        "[",
        "]",
        "hand",
        "n",
        "held",
        "grid",
        "this",
        "getClass",
        "try",
        "catch",
        "throw",
        "Thread",
        "sleep",
        "->",
        "::",
        "\"a\"",
        "component",
        "+",
        "-",
        "*",
        "/",
        "%",
        "=",
        "==",
        "<",
        ">",
        "&&",
        "||",
        "!",
        "?",
        ":",
        ",",
        "0",
        "1",
        "1e308",
        "-1",
        "2147483647",
        "0.0",
        "if",
        "else",
        "break",
        "continue",
        "++",
        "--",
        "\\u0041",
        "\u202e",
        "@",
        "#",
        "'",
        "null",
        "f0",
        "x",
        "abs",
        "exp",
        "sqrt",
        "length",
        "\n",
        "/*",
        "*/",
        "//",
        "synchronized",
        "native",
        "float",
        "long",
        "void",
        "<<",
        "&",
        "|"
    };

    @Test
    void theTableIsWhole() {
        List<Attacks.Attack> attacks = Attacks.all();
        Set<String> categories = new TreeSet<>();
        attacks.forEach(attack -> categories.add(attack.category()));
        assertEquals(38, categories.size());
        assertTrue(attacks.size() >= 400, attacks.size() + " attacks");
        assertEquals(
                attacks.size(),
                attacks.stream().map(Attacks.Attack::source).distinct().count() + repeated(attacks));
    }

    private static long repeated(List<Attacks.Attack> attacks) {
        return attacks.stream()
                .filter(attack -> attack.line().startsWith("G bombHelpers")
                        || attack.line().startsWith("G floodComponents"))
                .count();
    }

    @Test
    void everyAttackHasItsVerdict() {
        assertAll(Attacks.all().stream().map(attack -> (Executable) () -> {
            Took took = new Took();
            assertEquals(
                    attack.verdict(),
                    RewardVerdict.of(Attacks.SCHEMA, attack.source(), new SplittableRandom(1))
                            .line(),
                    attack.line());
            took.check(attack.line());
        }));
    }

    /** In the classes of escape nothing may be accepted but what is plain arithmetic; so the table itself says. */
    @Test
    void noEscapeIsAccepted() {
        for (Attacks.Attack attack : Attacks.all()) {
            int number = Integer.parseInt(attack.category().split(" ")[0]);
            boolean escape = number <= 16 || number == 24 || number == 26 || (number >= 33 && number <= 35);
            if (escape) {
                assertTrue(attack.verdict().startsWith("rejected "), attack.toString());
            }
        }
    }

    @Test
    void theGateRefusesWhatTheLanguageDoesNotNeed() {
        ProgramTree tree = ProgramParser.parse(Attacks.SCHEMA, "double reward() { return Math.sin(hand); }");
        byte[] good = Emitter.bytes(tree);
        ClassGate.check(good);
        for (String[] change : new String[][] {
            {"java/lang/StrictMath", "java/lang/Abcdefgh_"},
            {"java/lang/StrictMath", "java/lang/SystemMath"},
            {"sin", "cry"}
        }) {
            byte[] bad = new String(good, java.nio.charset.StandardCharsets.ISO_8859_1)
                    .replace(change[0], change[1].substring(0, Math.min(change[1].length(), change[0].length())))
                    .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            if (!java.util.Arrays.equals(good, bad)) {
                org.junit.jupiter.api.Assertions.assertThrows(
                        IllegalStateException.class, () -> ClassGate.check(bad), change[1]);
            }
        }
        byte[] noClass = new byte[20];
        org.junit.jupiter.api.Assertions.assertThrows(IllegalStateException.class, () -> ClassGate.check(noClass));
    }

    @Test
    void generatedAttacksNeitherEscapeNorHang() {
        generated(1_500, 5);
    }

    @Test
    @Tag("slow")
    void aHundredThousandGeneratedAttacksNeitherEscapeNorHang() {
        generated(110_000, 6);
    }

    private void generated(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Attacks.Attack> table = Attacks.all().stream()
                .filter(attack -> attack.source().length() < 3_000)
                .toList();
        int accepted = 0;
        int stopped = 0;
        long slowest = 0;
        for (int i = 0; i < count; i++) {
            String source = mutated(
                    i % 2 == 0 ? table.get(random.nextInt(table.size())).source() : fromGenerator(random), random);
            RewardSchema schema = i % 2 == 0 ? Attacks.SCHEMA : ProgramGenerator.SCHEMA;
            Took took = new Took();
            RewardProgram program = RewardCompiler.compile(schema, source).fold(found -> found, reason -> {
                assertTrue(reason.matches("(?s)\\d+:\\d+ .+"), reason);
                return null;
            });
            if (program != null) {
                accepted++;
                stopped += run(program, schema, source, random);
            }
            slowest = Math.max(slowest, took.check(source));
        }
        LOG.info(
                "{} generated: {} accepted, {} of them stopped, slowest {} ms",
                count,
                accepted,
                stopped,
                slowest / 1_000_000);
        // Neither all nor nothing: the mutations reach both sides of the border.
        assertTrue(accepted > count / 50 && accepted < count * 9 / 10, accepted + " accepted of " + count);
    }

    /** What this thread does from here on. */
    private static final class Took {
        private final long begin = System.nanoTime();
        private final long beginBusy = busy();

        private static long busy() {
            return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }

        /** The nanoseconds of processor time. */
        long check(String what) {
            long nanos = busy() - beginBusy;
            assertTrue(nanos < MOST_NANOS, what + ": " + nanos / 1e9 + " s of processor time");
            assertTrue(System.nanoTime() - begin < WATCHDOG_NANOS, what + ": hangs");
            return nanos;
        }
    }

    private static String fromGenerator(SplittableRandom random) {
        return new ProgramGenerator(random).program();
    }

    private static int run(RewardProgram program, RewardSchema schema, String source, SplittableRandom random) {
        // What was accepted names nothing outside the language, in code and in text.
        for (String forbidden : new String[] {"System.", "Runtime.", "Thread.", "new ", "nanoTime(", "random("}) {
            String code = source.replaceAll("(?s)/\\*.*?\\*/", " ").replaceAll("//[^\n]*", " ");
            assertFalse(code.contains(forbidden), source);
        }
        int stopped = 0;
        for (int s = 0; s < 3; s++) {
            double[] row =
                    schema == ProgramGenerator.SCHEMA ? ProgramGenerator.row(random) : new double[schema.width()];
            double[] before = row.clone();
            try {
                assertTrue(Double.isFinite(program.total(row)), source);
            } catch (RewardFailure e) {
                stopped = 1;
            }
            org.junit.jupiter.api.Assertions.assertArrayEquals(before, row, source);
        }
        return stopped;
    }

    /** Some words in, out, doubled or moved; some characters too. */
    private static String mutated(String source, SplittableRandom random) {
        StringBuilder text = new StringBuilder(source);
        int changes = random.nextInt(4);
        for (int i = 0; i < changes && text.length() > 2; i++) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + 1 + random.nextInt(12));
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, " " + WORDS[random.nextInt(WORDS.length)] + " ");
                case 1 -> text.delete(at, end);
                case 2 -> text.insert(at, text.substring(at, end));
                case 3 ->
                    text.setCharAt(
                            at, (char) (random.nextInt(4) == 0 ? random.nextInt(0x3000) : 32 + random.nextInt(95)));
                default -> text.replace(at, end, WORDS[random.nextInt(WORDS.length)]);
            }
        }
        return text.toString();
    }
}
