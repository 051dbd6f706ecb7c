package io.github.rlllm.examples.reward;

import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import io.github.rlllm.api.Encoder;
import io.github.rlllm.api.Message;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.evaluate.Evaluator;
import io.github.rlllm.engine.evaluate.JobExecutor;
import io.github.rlllm.engine.evaluate.Journal;
import io.github.rlllm.engine.evaluate.Limits;
import io.github.rlllm.engine.evaluate.Tasks;
import io.github.rlllm.engine.lm.CachedEncoder;
import io.github.rlllm.engine.lm.EmbeddingEncoder;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.design.JobExecutors;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.examples.model.ChosenModel;
import io.github.rlllm.llm4rl.design.CandidateTraining;
import io.github.rlllm.llm4rl.design.Candidates;
import io.github.rlllm.llm4rl.design.GrammarProposer;
import io.github.rlllm.llm4rl.design.LanguageModelProposer;
import io.github.rlllm.llm4rl.design.Proposer;
import io.github.rlllm.llm4rl.design.RewardTask;
import io.github.rlllm.llm4rl.text2reward.FewShot;
import io.github.rlllm.llm4rl.text2reward.Person;
import io.github.rlllm.llm4rl.text2reward.ScriptedFollower;
import io.github.rlllm.llm4rl.text2reward.TableTasks;
import io.github.rlllm.llm4rl.text2reward.TableWatcher;
import io.github.rlllm.llm4rl.text2reward.Text2Reward;
import io.github.rlllm.llm4rl.text2reward.Text2Reward.Round;
import io.github.rlllm.llm4rl.text2reward.Text2RewardConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Xie et al. 2023 on a table with a hand and a puck: success by round of feedback, beside feedback withheld and feedback that
 * was given about the other task. Without a language model the proposer and the person are programs written for each other
 * (scripted: plumbing, not a result); beside them a grammar search without feedback, the sparse reward, a person's reward,
 * and the model of {@code --model}, for which the person is still the program; with {@code --feedback} a real one, whose
 * course in the first seed is a row of its own. Every reward is kept in {@code rewards.jsonl}
 * with its score, its verdict and the reason of its failure.
 */
public final class Text2RewardRun implements Demonstration {
    static final String ID = "text2reward";
    static final String FEEDBACK = "feedback";
    static final String WITHHELD = "control: feedback withheld";
    static final String SHUFFLED = "control: feedback about the other task";
    static final String SEARCH = "search without feedback";
    static final String SPARSE = "sparse reward (the task metric at the end)";
    static final String HUMAN = "reward of a person";
    private static final String NOTHING = "Write another one.";
    private static final int TOKENS = 1024;
    /** The seeds that judge are none of those that the person watches. */
    private static final long JUDGING = 1_000;

    private final Text2RewardConfig config;
    private final RewardTask<float[]> reach;
    private final RewardTask<float[]> push;
    private final LongSupplier nanos;

    /** The run of {@code rlllm run text2reward}. */
    public Text2RewardRun() {
        this(Text2RewardConfig.defaults(), TableTasks.reach(), TableTasks.push(), System::nanoTime);
    }

    Text2RewardRun(Text2RewardConfig config, RewardTask<float[]> reach, RewardTask<float[]> push, LongSupplier nanos) {
        this.config = config;
        this.reach = reach;
        this.push = push;
        this.nanos = nanos;
    }

    @Override
    public int seeds() {
        return 5;
    }

    @Override
    public boolean takesModel() {
        return true;
    }

    @Override
    public boolean takesFeedback() {
        return true;
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        long start = nanos.getAsLong();
        Encoder minilm = minilm();
        Path feedback = request.given().feedback();
        Person person = feedback == null ? null : PersonAtHand.of(feedback);
        RewardTable table = new RewardTable(request.seeds(), config.rounds());
        AtomicInteger done = new AtomicInteger();
        List<Seed> seeds = new ArrayList<>();
        for (int seed = 1; seed <= request.seeds(); seed++) {
            // A person is asked about one seed.
            seeds.add(new Seed(seed, request, minilm, table, done, seed == 1 ? person : null));
        }
        train(seeds);
        table.write(request.folder().resolve("rewards.jsonl"));
        double seconds = (nanos.getAsLong() - start) / 1e9;
        return new Result(ID, request.seeds(), seconds, Provenance.thisMachine(), table.arms(), aims(table));
    }

    /** Two seeds at a time here; with workers elsewhere one after the other, because their driver takes one batch at a time. */
    private void train(List<Seed> seeds) throws IOException {
        Tasks tasks = Tasks.of(
                CandidateTraining.search(reach),
                CandidateTraining.test(reach),
                CandidateTraining.search(push),
                CandidateTraining.test(push));
        Map<String, String> environment = System.getenv();
        if (JobExecutors.elsewhere(environment)) {
            try (JobExecutor workers = JobExecutors.of(1, tasks, nanos, environment)) {
                for (Seed seed : seeds) {
                    seed.run(workers);
                }
            }
            return;
        }
        List<Runnable> here = new ArrayList<>();
        for (Seed seed : seeds) {
            here.add(() -> {
                try (JobExecutor one = JobExecutors.of(1, tasks, nanos, environment)) {
                    seed.run(one);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        Pair.run(here);
    }

    private static Encoder minilm() {
        return new CachedEncoder(new EmbeddingEncoder(new AllMiniLmL6V2EmbeddingModel(), ProxyRewardRun.MINILM));
    }

    /** An id from words. */
    private static String slug(String words) {
        return words.replaceAll("[^A-Za-z0-9]+", "-");
    }

    private List<Aim> aims(RewardTable table) {
        List<Aim> aims = new ArrayList<>();
        for (RewardTask<float[]> task : List.of(reach, push)) {
            String arm = task.name() + ", scripted: ";
            aims.add(Aim.atLeast(
                    arm + "rise of success with feedback", table.rise(arm + FEEDBACK), Bounds.FEEDBACK_RISE));
            aims.add(Aim.atMost(
                    arm + "rise with feedback withheld", table.rise(arm + WITHHELD), Bounds.FEEDBACK_CONTROL));
            aims.add(Aim.atMost(
                    arm + "rise with feedback about the other task",
                    table.rise(arm + SHUFFLED),
                    Bounds.FEEDBACK_CONTROL));
            aims.add(Aim.atLeast(
                    arm + "success after feedback less the sparse reward's",
                    table.last(arm + FEEDBACK) - table.last(task.name() + ": " + SPARSE),
                    0));
            aims.add(Aim.atMost(
                    task.name() + ": success of the person's reward less that after feedback, scripted",
                    table.last(task.name() + ": " + HUMAN) - table.last(arm + FEEDBACK),
                    Bounds.BESIDE_HUMAN));
        }
        return aims;
    }

    /** One seed of both tasks. */
    private final class Seed {
        private final int seed;
        private final RunRequest request;
        private final Encoder minilm;
        private final RewardTable table;
        private final AtomicInteger done;
        private final @Nullable Person person;
        private final Map<String, Double> judged = new HashMap<>();

        Seed(
                int seed,
                RunRequest request,
                Encoder minilm,
                RewardTable table,
                AtomicInteger done,
                @Nullable Person person) {
            this.seed = seed;
            this.request = request;
            this.minilm = minilm;
            this.table = table;
            this.done = done;
            this.person = person;
        }

        void run(JobExecutor executor) throws IOException {
            Path file = request.folder().resolve("journal-seed-" + seed + ".jsonl");
            if (!request.resume()) {
                Files.deleteIfExists(file);
            }
            try (Journal journal = Journal.open(file)) {
                run(new Candidates(
                        new Evaluator(executor, journal, Progress.none()), Limits.defaults(), request.control()));
            }
        }

        private void run(Candidates candidates) {
            for (RewardTask<float[]> task : List.of(reach, push)) {
                fixed(candidates, task, SPARSE, "");
                fixed(candidates, task, HUMAN, task.human());
                course(candidates, task, SEARCH, "search", new GrammarProposer(), nothing());
            }
            Proposer scripted = new ScriptedFollower();
            proposer(candidates, "scripted", scripted);
            ChosenModel model = request.model();
            Proposer chosen = model == null ? null : new LanguageModelProposer(model, model.name(), TOKENS);
            if (chosen != null) {
                proposer(candidates, "chosen model", chosen);
            }
            if (person != null) {
                Proposer by = chosen == null ? scripted : chosen;
                String name = chosen == null ? "scripted" : "chosen model";
                course(candidates, push, name, "feedback of the person at hand", by, person);
            }
        }

        /** With feedback in both tasks, then with none, then with what was said about the other task. */
        private void proposer(Candidates candidates, String name, Proposer proposer) {
            List<String> ofReach = course(candidates, reach, name, FEEDBACK, proposer, new TableWatcher(false));
            List<String> ofPush = course(candidates, push, name, FEEDBACK, proposer, new TableWatcher(true));
            course(candidates, reach, name, WITHHELD, proposer, nothing());
            course(candidates, push, name, WITHHELD, proposer, nothing());
            course(candidates, reach, name, SHUFFLED, proposer, repeated(ofPush));
            course(candidates, push, name, SHUFFLED, proposer, repeated(ofReach));
        }

        private Person nothing() {
            return repeated(List.of(NOTHING));
        }

        private Person repeated(List<String> sentences) {
            List<String> all = new ArrayList<>();
            while (!sentences.isEmpty() && all.size() < config.rounds()) {
                all.add(sentences.get(all.size() % sentences.size()));
            }
            return Person.of(all);
        }

        private void fixed(Candidates candidates, RewardTask<float[]> task, String name, String program) {
            String arm = task.name() + ": " + name;
            double success = test(candidates, task, slug(arm + " seed " + seed), program);
            judged.put(task.name() + program, success);
            table.success(seed, arm, "none", Collections.nCopies(config.rounds() + 1, success));
            progress();
        }

        /** One course; answers what the person said in it. */
        private List<String> course(
                Candidates candidates,
                RewardTask<float[]> task,
                String by,
                String name,
                Proposer proposer,
                Person person) {
            String arm = task.name() + ", " + by + ": " + name;
            Text2Reward.Course course = new Text2Reward(proposer, minilm, FewShot.library(), candidates, config)
                    .run(task, person, slug(arm + " seed " + seed), seed);
            List<Double> success = new ArrayList<>();
            List<String> said = new ArrayList<>();
            for (Round round : course.rounds()) {
                boolean used = round.last().trained();
                double now = used ? judge(candidates, task, arm, round.last().program()) : 0;
                // Where no reward can be used any more, the last that could is what one has.
                success.add(used || success.isEmpty() ? now : success.get(success.size() - 1));
                if (!round.feedback().isEmpty()) {
                    said.add(round.feedback());
                }
                table.keep(seed, arm, proposer.model(), success.size() - 1, round, success.get(success.size() - 1));
            }
            while (success.size() <= config.rounds()) {
                success.add(success.get(success.size() - 1));
            }
            table.success(seed, arm, proposer.model(), success);
            progress();
            return said;
        }

        /** Success in the testing world of a policy that is trained anew, once a program. */
        private double judge(Candidates candidates, RewardTask<float[]> task, String arm, String program) {
            String key = task.name() + program;
            Double known = judged.get(key);
            if (known == null) {
                String id = slug(arm + " seed " + seed + " program " + judged.size());
                try {
                    known = test(candidates, task, id, program);
                } catch (IllegalStateException e) {
                    // It trained once and fails with another seed: that policy is worth nothing.
                    table.broken(seed, id, String.valueOf(e.getMessage()));
                    known = 0.0;
                }
                judged.put(key, known);
            }
            return known;
        }

        private double test(Candidates candidates, RewardTask<float[]> task, String id, String program) {
            return candidates
                    .test(task, id, program, List.of(JUDGING + seed))
                    .get(0)
                    .metric(CandidateTraining.TEST_SUCCESS);
        }

        private void progress() {
            int all = 2 * (request.model() == null ? 6 : 9) * request.seeds();
            request.progress().update("text2reward", Math.min(all, done.incrementAndGet()), all);
        }
    }

    /**
     * What a language model is shown in the task of pushing.
     *
     * @return the messages under headings
     */
    public static String prompts() {
        StringBuilder shown = new StringBuilder();
        for (Message message : Text2Reward.opening(
                TableTasks.push(),
                minilm(),
                FewShot.library(),
                Text2RewardConfig.defaults().examples())) {
            shown.append("--- ")
                    .append(message.role())
                    .append('\n')
                    .append(message.text())
                    .append("\n\n");
        }
        List<String> answers = Text2Reward.answers(
                "3:12 name 'speeed' (expected: one of the inputs)", "The hand does not come near the puck.");
        shown.append("--- after a reward that cannot be used\n").append(answers.get(0));
        return shown.append("\n\n--- after a round of feedback\n")
                .append(answers.get(1))
                .toString();
    }
}
