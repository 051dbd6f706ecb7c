package io.github.rlllm.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.evaluate.Batch;
import io.github.rlllm.engine.evaluate.Evaluation;
import io.github.rlllm.engine.evaluate.Job;
import io.github.rlllm.engine.evaluate.Limits;
import io.github.rlllm.engine.evaluate.Outcome;
import io.github.rlllm.engine.evaluate.Tasks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may connect. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class DoorTest {
    private static final Duration LOST_AFTER = Duration.ofSeconds(3);
    private static final Tasks TASKS = Tasks.of(new TrialTask());

    @TempDir
    private Path folder;

    @Test
    void anAddressThatOthersReachNeedsTls() {
        String expected = "endpoint: 0.0.0.0:7400 without TLS (expected: a loopback address, or a key store and a trust"
                + " store: --key-store FILE --trust-store FILE with RLLLM_KEY_STORE_PASSWORD and"
                + " RLLLM_TRUST_STORE_PASSWORD in the environment)";
        Endpoint open = Endpoint.parse("0.0.0.0:7400");
        Endpoint local = Endpoint.parse("127.0.0.1:7400");
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, () -> Driver.start(open, null))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Worker(TASKS, open, local, null));
        assertThrows(IllegalArgumentException.class, () -> new Worker(TASKS, Worker.LOCAL, open, null));
        assertThrows(
                IllegalArgumentException.class, () -> Driver.start(Endpoint.parse("no.such.name.invalid:7400"), null));
        assertThrows(IllegalArgumentException.class, () -> Driver.start(Worker.LOCAL, null), "any port");
        assertTrue(Endpoint.parse("localhost:1").loopback());
    }

    @Test
    void endpointsAndStoresAreChecked() throws Exception {
        for (String wrong : List.of("", "host", ":1", "host:", "host:x", "host:70000", "a b:1", "host:-1")) {
            assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(wrong), wrong);
        }
        assertNull(Tls.of(null, null, Map.of()));
        assertThrows(IllegalArgumentException.class, () -> Tls.of("a", null, Map.of()));
        assertThrows(IllegalArgumentException.class, () -> Tls.of("nowhere", "nowhere", Map.of()));
        Tls tls = stores("one", "secret-canary");
        assertFalse(tls.toString().contains("canary"), tls.toString());
        assertThrows(IllegalArgumentException.class, () -> Worker.main("--driver", "127.0.0.1:7400"));
        assertThrows(IllegalArgumentException.class, () -> Worker.main("--code", "x"));
    }

    /** A certificate of its own, trusted by itself alone. */
    private Tls stores(String name, String password) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        password)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertEquals(0, keytool.waitFor());
        return new Tls(file, password, file, password);
    }

    private static Thread start(Worker worker) {
        Thread thread = new Thread(() -> {
            try {
                worker.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void onlyWhoIsTrustedWorks() throws Exception {
        Tls ours = stores("ours", "password-1");
        Tls other = stores("other", "password-2");
        Endpoint address = ClusterTest.free();
        Batch batch = new Batch("trial", List.of(new Job("a", 1, "1")), Limits.defaults());
        try (Driver driver = Driver.start(address, ours, LOST_AFTER);
                Worker stranger = new Worker(TASKS, Worker.LOCAL, address, other, LOST_AFTER);
                Worker plain = new Worker(TASKS, Worker.LOCAL, address, null, LOST_AFTER)) {
            start(stranger);
            start(plain);
            List<Evaluation> ended = new ArrayList<>();
            AtomicLong looks = new AtomicLong();
            driver.run(batch, ended::add, () -> looks.incrementAndGet() > 60);
            assertEquals(
                    Outcome.Reason.CANCELLED,
                    ended.get(0).outcome().failure().orElseThrow().reason());
            try (Worker friend = new Worker(TASKS, Worker.LOCAL, address, ours, LOST_AFTER)) {
                start(friend);
                ended.clear();
                driver.run(batch, ended::add, Control.none());
                assertTrue(ended.get(0).outcome().figures().isPresent(), ended.toString());
            }
        }
    }
}
