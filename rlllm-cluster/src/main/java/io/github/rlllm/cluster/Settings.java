package io.github.rlllm.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pekko's settings, from code alone: no file of the application changes what crosses the wire or who may connect. Refuses
 * an address that others can reach unless there is TLS.
 */
final class Settings {
    static final String SYSTEM = "rlllm";
    static final String DRIVER = "driver";
    static final String WORKER = "worker";

    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);
    private static final int FRAME = WireSerializer.MAX_BYTES + (256 << 10);

    private Settings() {}

    static Config driver(Endpoint bind, @Nullable Tls tls, Duration lostAfter) {
        if (bind.port() == 0) {
            throw new IllegalArgumentException("bind: " + bind + " (expected: a port that workers can be told)");
        }
        return of(bind, bind, DRIVER, tls, lostAfter);
    }

    static Config worker(Endpoint bind, Endpoint driver, @Nullable Tls tls, Duration lostAfter) {
        return of(bind, driver, WORKER, tls, lostAfter);
    }

    private static Config of(Endpoint bind, Endpoint driver, String role, @Nullable Tls tls, Duration lostAfter) {
        for (Endpoint endpoint : List.of(bind, driver)) {
            if (tls == null && !endpoint.loopback()) {
                throw new IllegalArgumentException("endpoint: " + endpoint
                        + " without TLS (expected: a loopback address, or a key store and a trust store:"
                        + " --key-store FILE --trust-store FILE with RLLLM_KEY_STORE_PASSWORD and"
                        + " RLLLM_TRUST_STORE_PASSWORD in the environment)");
            }
        }
        Map<String, Object> all = new HashMap<>();
        all.put("pekko.loglevel", "WARNING");
        all.put("pekko.log-dead-letters", "off");
        all.put("pekko.actor.provider", "cluster");
        // A worker that has no memory left is of no use; a driver lives in somebody's application.
        all.put("pekko.jvm-exit-on-fatal-error", role.equals(WORKER));
        all.put("pekko.jvm-shutdown-hooks", false);
        all.put("pekko.coordinated-shutdown.run-by-jvm-shutdown-hook", false);
        all.put("pekko.coordinated-shutdown.exit-jvm", false);

        all.put("pekko.actor.allow-java-serialization", false);
        all.put("pekko.actor.serializers.rlllm", WireSerializer.class.getName());
        all.put("pekko.actor.serialization-bindings.\"" + Message.class.getName() + "\"", "rlllm");
        // No actor is ever made at another's request.
        all.put("pekko.remote.deployment.enable-allow-list", true);
        all.put("pekko.remote.deployment.allowed-actor-classes", List.of());

        all.put("pekko.remote.artery.canonical.hostname", bind.host());
        all.put("pekko.remote.artery.canonical.port", bind.port());
        // On a busy machine the three seconds that Pekko allows are too few.
        all.put("pekko.remote.artery.bind.bind-timeout", "30 s");
        all.put("pekko.remote.artery.advanced.maximum-frame-size", FRAME);
        all.put("pekko.remote.artery.advanced.buffer-pool-size", 16);
        all.put("pekko.remote.artery.transport", tls == null ? "tcp" : "tls-tcp");
        if (tls != null) {
            String ssl = "pekko.remote.artery.ssl.config-ssl-engine.";
            all.put(ssl + "key-store", tls.keyStore().toString());
            all.put(ssl + "key-store-password", tls.keyStorePassword());
            all.put(ssl + "key-password", tls.keyStorePassword());
            all.put(ssl + "trust-store", tls.trustStore().toString());
            all.put(ssl + "trust-store-password", tls.trustStorePassword());
            all.put(ssl + "protocol", "TLSv1.3");
            all.put(ssl + "enabled-algorithms", List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"));
            all.put(ssl + "require-mutual-authentication", true);
        }

        List<String> seeds = new ArrayList<>();
        seeds.add("pekko://" + SYSTEM + "@" + driver);
        all.put("pekko.cluster.seed-nodes", seeds);
        all.put("pekko.cluster.roles", List.of(role));
        all.put("pekko.cluster.log-info", false);
        all.put("pekko.cluster.jmx.enabled", false);
        all.put("pekko.cluster.periodic-tasks-initial-delay", "200 ms");
        all.put("pekko.cluster.gossip-interval", "300 ms");
        all.put("pekko.cluster.leader-actions-interval", "300 ms");
        all.put("pekko.cluster.retry-unsuccessful-join-after", "2 s");
        all.put("pekko.cluster.failure-detector.acceptable-heartbeat-pause", lostAfter.toMillis() + " ms");
        // The driver alone gives members up, and a worker that cannot reach it gives up itself: see the two actors. The
        // strategies that Pekko has weigh the sides of a split, and may end the driver with them.
        all.put("pekko.cluster.downing-provider-class", "");

        // The smallest window with which Pekko's flow control moves: one job waits at a worker while one runs.
        all.put("pekko.reliable-delivery.consumer-controller.flow-control-window", 3);
        return ConfigFactory.parseMap(all)
                .withFallback(ConfigFactory.defaultReference())
                .resolve();
    }

    /** Leaves the cluster and waits for it, within reason. */
    static void stop(ActorSystem<?> system, long seconds) {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("{} did not end within {} s: {}", system.name(), seconds, e.toString());
        }
    }
}
