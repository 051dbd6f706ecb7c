package io.github.rlllm.testkit;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs a kit's subclass as a user's build would, and tells what ran and what failed with which message. */
final class KitRunner implements TestExecutionListener {
    final Set<String> ran = new TreeSet<>();
    final Map<String, String> failed = new TreeMap<>();

    static KitRunner run(Class<?> kit) {
        KitRunner runner = new KitRunner();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(kit))
                .build();
        LauncherFactory.create().execute(request, runner);
        return runner;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
            String name = test.getDisplayName().replace("()", "");
            ran.add(name);
            result.getThrowable()
                    .filter(e -> result.getStatus() == TestExecutionResult.Status.FAILED)
                    .ifPresent(e -> failed.put(name, String.valueOf(e.getMessage())));
        }
    }
}
