package io.github.rlllm.examples;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.RunFolder;
import io.github.rlllm.examples.bench.Benchmark;
import io.github.rlllm.examples.experiment.ExperimentRequest;
import io.github.rlllm.examples.experiment.Experiments;
import io.github.rlllm.examples.model.ChosenModel;
import io.github.rlllm.examples.model.ModelChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that run something and print its result. */
final class RunCommands {
    private RunCommands() {}

    /** What every run takes. */
    static final class RunOptions {
        @Option(names = "--seeds", paramLabel = "N", description = "seeds 1 to N (default: 1; exact-rlhf: 5)")
        private @Nullable Integer seeds;

        private int seeds(int otherwise) {
            return seeds == null ? otherwise : seeds;
        }

        @Option(names = "--json", description = "print one JSON object as the last line of standard output")
        private boolean json;

        @Option(
                names = "--runs",
                paramLabel = "DIR",
                description = "folder under which a run writes its own (default: ${DEFAULT-VALUE})")
        private Path runs = Path.of("runs");
    }

    /** Runs, prints the table or the object, and writes the run's files. */
    private static int run(String id, RunOptions options, Keeping keeping, Terminal terminal, Demonstration what)
            throws IOException {
        return run(id, options, keeping, terminal, what, null, RunRequest.Given.NOTHING);
    }

    private static int run(
            String id,
            RunOptions options,
            Keeping keeping,
            Terminal terminal,
            Demonstration what,
            @Nullable ModelChoice choice,
            RunRequest.Given given)
            throws IOException {
        RunFolder folder = RunFolder.open(options.runs.resolve(id));
        int seeds = options.seeds(what.seeds());
        Result result;
        try (ChosenModel model = choice == null
                        ? null
                        : ChosenModel.open(choice, System.getenv(), terminal.control(), terminal.nanos());
                ConsoleProgress progress =
                        new ConsoleProgress(terminal.err(), terminal.interactive(), terminal.nanos())) {
            if (!keeping.resume) {
                Report.clearMetrics(folder);
            }
            result = what.run(new RunRequest(
                    seeds, folder.path(), progress, terminal.control(), keeping.resume, keeping.every(), model, given));
            if (model != null) {
                result = with(result, model.arm());
            }
        }
        Report.write(folder, result, provenance(result, seeds, terminal));
        if (options.json) {
            terminal.out().println(ResultJson.of(result));
        } else {
            terminal.out().println(Report.headline(result));
            terminal.out().println();
            terminal.out().print(TextTable.of(result));
            Report.diagnosis(result).forEach(line -> terminal.out().println("diagnosis: " + line));
            terminal.out().println();
            terminal.out().println("report: " + folder.file("report.html"));
        }
        terminal.out().flush();
        return 0;
    }

    /** What the language model cost stands beside what came of it. */
    private static Result with(Result result, Arm arm) {
        List<Arm> arms = new ArrayList<>(result.arms());
        arms.add(arm);
        return new Result(result.id(), result.seeds(), result.seconds(), result.machine(), arms, result.aims());
    }

    /** From what a result came: with this and the same build the run can be made again. */
    private static ObjectNode provenance(Result result, int seeds, Terminal terminal) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", result.id());
        node.put("version", Main.VERSION);
        ArrayNode command = node.putArray("command");
        terminal.command().forEach(command::add);
        ArrayNode all = node.putArray("seeds");
        for (int seed = 1; seed <= seeds; seed++) {
            all.add(seed);
        }
        ArrayNode models = node.putArray("models");
        result.arms().stream().map(Arm::model).distinct().sorted().forEach(models::add);
        node.put("machine", Provenance.thisMachine());
        node.put("java", System.getProperty("java.version"));
        node.put("written", terminal.time().instant().toString());
        return node;
    }

    /** Checkpoints, for the runs that keep them. */
    static final class Keeping {
        @Option(names = "--resume", description = "go on from the run's last checkpoint, where there is one")
        private boolean resume;

        @Option(
                names = "--checkpoint-every",
                paramLabel = "SECONDS",
                description = "time between checkpoints, for runs that keep them (default: ${DEFAULT-VALUE})")
        private double seconds = RunRequest.CHECKPOINT_EVERY.toMillis() / 1e3;

        private Duration every() {
            if (!(seconds >= 0 && seconds < 1e9)) {
                throw new IllegalArgumentException("checkpoint-every: " + seconds + " (expected: >= 0)");
            }
            return Duration.ofNanos((long) (seconds * 1e9));
        }
    }

    /** What a map knows by name; where it does not, says what it knows and answers null. */
    private static <T> @Nullable T named(
            SortedMap<String, Supplier<T>> known, String kind, String id, Terminal terminal) {
        Supplier<T> made = known.get(id);
        if (made == null) {
            terminal.err().println(kind + ": " + id + " (expected: one of " + String.join(", ", known.keySet()) + ")");
            return null;
        }
        return made.get();
    }

    @Command(name = "run", description = "Runs a study.", mixinStandardHelpOptions = true)
    static final class RunCommand implements Callable<Integer> {
        @Parameters(paramLabel = "ID", description = "what to run, as rlllm list gives it")
        private String id = "";

        @Mixin
        private RunOptions options = new RunOptions();

        @Mixin
        private Keeping keeping = new Keeping();

        @Mixin
        private ModelOptions model = new ModelOptions();

        @Option(
                names = "--feedback",
                paramLabel = "FILE",
                description = "what a person says, a line a round, or - for the console; for text2reward")
        private @Nullable Path feedback;

        @Option(
                names = "--arrivals",
                paramLabel = "FILE",
                description =
                        "a trace of requests to servers, CSV: arrival_ms,context_tokens,generated_tokens; for eureka")
        private @Nullable Path arrivals;

        @Option(
                names = "--plans",
                paramLabel = "FOLDER",
                description = "with saycan_instructions.jsonl and saycan_plans.jsonl: agreement with them; for saycan")
        private @Nullable Path plans;

        private final Registry registry;
        private final Terminal terminal;

        RunCommand(Registry registry, Terminal terminal) {
            this.registry = registry;
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            Demonstration demonstration = named(registry.runs(), "id", id, terminal);
            if (demonstration == null) {
                return Main.USAGE;
            }
            ModelChoice choice = model.choice(id, demonstration.takesModel());
            if (feedback != null && !demonstration.takesFeedback()) {
                throw new IllegalArgumentException("feedback: " + id + " listens to nobody (expected: text2reward)");
            }
            if (arrivals != null && !demonstration.takesArrivals()) {
                throw new IllegalArgumentException("arrivals: " + id + " has no servers (expected: eureka)");
            }
            if (plans != null && !demonstration.takesPlans()) {
                throw new IllegalArgumentException("plans: " + id + " compares with none (expected: saycan)");
            }
            RunRequest.Given given = new RunRequest.Given(feedback, arrivals, plans);
            return run(id, options, keeping, terminal, demonstration, choice, given);
        }
    }

    @Command(name = "bench", description = "Measures speed, and what solving takes.", mixinStandardHelpOptions = true)
    static final class BenchCommand implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "what to measure, as rlllm list gives it")
        private String name = "";

        @Option(
                names = "--only",
                paramLabel = "PART",
                defaultValue = "",
                description =
                        "speed: environment steps a second; solve: steps and seconds until solved, over 20 seeds at"
                                + " least (default: both, where a benchmark has both)")
        private String only = "";

        @Mixin
        private RunOptions options = new RunOptions();

        private final Registry registry;
        private final Terminal terminal;

        BenchCommand(Registry registry, Terminal terminal) {
            this.registry = registry;
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            Benchmark benchmark = named(registry.benches(), "name", name, terminal);
            if (benchmark == null) {
                return Main.USAGE;
            }
            Benchmark.Part part = part();
            return run(name, options, new Keeping(), terminal, request -> benchmark.run(request, part));
        }

        private Benchmark.Part part() {
            return switch (only) {
                case "" -> Benchmark.Part.ALL;
                case "speed" -> Benchmark.Part.SPEED;
                case "solve" -> Benchmark.Part.SOLVE;
                default -> throw new IllegalArgumentException("only: " + only + " (expected: speed or solve)");
            };
        }
    }

    @Command(
            name = "experiments",
            description = "The main job: the paper's first three experiments, end to end.",
            mixinStandardHelpOptions = true)
    static final class ExperimentsCommand implements Callable<Integer> {
        @Mixin
        private RunOptions options = new RunOptions();

        @Mixin
        private Keeping keeping = new Keeping();

        @Option(names = "--only", split = ",", paramLabel = "N", description = "some of 1,2,3")
        private List<Integer> only = List.of();

        @Option(
                names = "--break",
                paramLabel = "FAULT",
                defaultValue = "",
                description = "injects a fault: plan, skills or reward")
        private String fault = "";

        @Option(
                names = "--instructions",
                paramLabel = "FILE",
                description = "other people's instructions for experiment 2, TSV: instruction, expected skills")
        private @Nullable Path instructions;

        @Option(
                names = "--preferences",
                paramLabel = "FILE",
                description = "a person's preferences for experiment 3, JSONL: prompt, chosen, rejected")
        private @Nullable Path preferences;

        private final Terminal terminal;

        ExperimentsCommand(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            List<Experiments.Entry> entries = only.isEmpty() ? Experiments.all() : Experiments.only(only);
            Experiments.injectable(fault, entries);
            // Refused before the folder of an earlier run is touched.
            RunRequest look = new RunRequest(options.seeds(1), options.runs, Progress.none(), terminal.control());
            new ExperimentRequest(look, fault, instructions, preferences);
            Experiments experiments = new Experiments(entries, terminal.nanos());
            return run(
                    "experiments",
                    options,
                    keeping,
                    terminal,
                    request -> experiments.run(new ExperimentRequest(request, fault, instructions, preferences)));
        }
    }
}
