package io.github.rlllm.examples;

import io.github.rlllm.cluster.Endpoint;
import io.github.rlllm.cluster.Tls;
import io.github.rlllm.cluster.Worker;
import io.github.rlllm.engine.evaluate.Task;
import io.github.rlllm.engine.evaluate.Tasks;
import io.github.rlllm.examples.bench.CandidateBench;
import io.github.rlllm.examples.design.EurekaDemonstration;
import io.github.rlllm.llm4rl.design.CandidateTraining;
import io.github.rlllm.llm4rl.design.RewardTask;
import io.github.rlllm.llm4rl.text2reward.TableTasks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Evaluates candidates for a driver. */
@Command(
        name = "worker",
        description = "Evaluates candidates for a driver, one at a time, until it is ended; start one for each core.",
        mixinStandardHelpOptions = true)
final class WorkerCommand implements Callable<Integer> {
    @Option(names = "--driver", required = true, paramLabel = "HOST:PORT", description = "where the driver is")
    private String driver = "";

    @Option(
            names = "--bind",
            paramLabel = "HOST:PORT",
            description = "where this one listens, port 0 for any (default: ${DEFAULT-VALUE})")
    private String bind = Worker.LOCAL.toString();

    @Option(
            names = "--key-store",
            paramLabel = "FILE",
            description = "PKCS 12 with the own certificate, its password in RLLLM_KEY_STORE_PASSWORD; needed for"
                    + " addresses that others reach")
    private @Nullable String keyStore;

    @Option(
            names = "--trust-store",
            paramLabel = "FILE",
            description = "PKCS 12 with the certificates that are trusted, its password in RLLLM_TRUST_STORE_PASSWORD")
    private @Nullable String trustStore;

    private final Terminal terminal;

    WorkerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What a worker of this project can run: the trainings of the studies that design rewards, and the benchmark's. */
    static Tasks tasks() {
        List<Task> tasks = new ArrayList<>();
        tasks.add(CandidateBench.training());
        List<RewardTask<?>> designed = new ArrayList<>(EurekaDemonstration.standardTasks());
        designed.add(TableTasks.reach());
        designed.add(TableTasks.push());
        for (RewardTask<?> task : designed) {
            tasks.add(CandidateTraining.search(task));
            tasks.add(CandidateTraining.test(task));
        }
        return Tasks.of(tasks);
    }

    @Override
    public Integer call() throws InterruptedException {
        Tls tls = Tls.of(keyStore, trustStore, System.getenv());
        try (Worker worker = new Worker(tasks(), Endpoint.parse(bind), Endpoint.parse(driver), tls)) {
            terminal.err().println("worker for " + driver + ": " + String.join(", ", tasks().names()));
            worker.run();
        }
        return 0;
    }
}
