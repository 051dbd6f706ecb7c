package io.github.rlllm.examples.design;

import io.github.rlllm.cluster.Driver;
import io.github.rlllm.cluster.Endpoint;
import io.github.rlllm.cluster.Tls;
import io.github.rlllm.engine.evaluate.InProcess;
import io.github.rlllm.engine.evaluate.JobExecutor;
import io.github.rlllm.engine.evaluate.Tasks;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Where the candidates of a run are trained: in this JVM, or by the workers of the driver whose address is in the environment as
 * {@code RLLLM_DRIVER} (with {@code RLLLM_KEY_STORE}, {@code RLLLM_TRUST_STORE} and their passwords for an address that
 * others reach).
 */
public final class JobExecutors {
    /** Where the environment names the driver of workers. */
    static final String DRIVER = "RLLLM_DRIVER";

    private JobExecutors() {}

    /**
     * Whether candidates are trained by workers. There is then one executor for a whole run, and it takes one batch at a time.
     *
     * @param environment the environment, such as {@code System.getenv()}
     * @return whether it names a driver's address
     */
    public static boolean elsewhere(Map<String, String> environment) {
        return environment.containsKey(DRIVER);
    }

    /**
     * An executor, here or where the environment says.
     *
     * @param threads how many trainings at a time in this JVM, at least 1; workers decide for themselves
     * @param tasks what can be run in this JVM; workers know their own
     * @param nanos a nanosecond clock, for time limits in this JVM
     * @param environment the environment, such as {@code System.getenv()}
     * @return the executor, which the caller closes
     * @throws IllegalArgumentException if the address is none, or others could reach it without TLS
     */
    public static JobExecutor of(int threads, Tasks tasks, LongSupplier nanos, Map<String, String> environment) {
        String driver = environment.get(DRIVER);
        if (driver == null) {
            return new InProcess(threads, tasks, nanos);
        }
        Tls tls = Tls.of(environment.get("RLLLM_KEY_STORE"), environment.get("RLLLM_TRUST_STORE"), environment);
        return Driver.start(Endpoint.parse(driver), tls);
    }
}
