package io.github.rlllm.examples.reward;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.lm.CachedEncoder;
import io.github.rlllm.engine.lm.EmbeddingEncoder;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.world.social.MatrixGame.Objective;
import io.github.rlllm.engine.world.social.MatrixGame.Table;
import io.github.rlllm.engine.world.social.Negotiation.Style;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.llm4rl.proxyreward.EncoderLabeler;
import io.github.rlllm.llm4rl.proxyreward.EpisodeLearner;
import io.github.rlllm.llm4rl.proxyreward.Labeler;
import io.github.rlllm.llm4rl.proxyreward.MatrixTask;
import io.github.rlllm.llm4rl.proxyreward.NegotiationTask;
import io.github.rlllm.llm4rl.proxyreward.ProxyReward;
import io.github.rlllm.llm4rl.proxyreward.ProxyRewardConfig;
import io.github.rlllm.llm4rl.proxyreward.ProxyTask;
import io.github.rlllm.llm4rl.proxyreward.Question;
import io.github.rlllm.llm4rl.proxyreward.ScriptedLabeler;
import io.github.rlllm.llm4rl.proxyreward.UltimatumTask;
import io.github.rlllm.llm4rl.proxyreward.UltimatumTask.Condition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Kwon et al. 2023: the Ultimatum game in all conditions, four matrix games with four objectives, plain and scrambled, and
 * a small negotiation. Who answers: a sentence encoder (a real language model, not one that answers), the same without the
 * objective, programs with a declared error (scripted), a coin, the true reward, and the model of {@code --model}. Every
 * answer of those that are not scripted is kept in {@code answers-seed-N.jsonl}.
 */
public final class ProxyRewardRun implements Demonstration {
    static final String ID = "proxy-reward";
    static final String MINILM = "all-MiniLM-L6-v2";
    static final String ORACLE = "oracle: RL on the true reward";
    static final String ENCODER = "MiniLM";
    static final String ENCODER_WORDS = "MiniLM, numbers in words";
    static final String ENCODER_BLIND = "MiniLM, no objective";
    static final String COIN = "random";
    static final String MAJORITY = "majority";
    static final String UNREADABLE = "scripted: 30 % unreadable";
    private static final double[] WRONG = {0.1, 0.25, 0.4};

    private final ProxyRewardConfig config;
    private final LongSupplier nanos;

    /** The run of {@code rlllm run proxy-reward}: {@link ProxyRewardConfig#defaults()}. */
    public ProxyRewardRun() {
        this(ProxyRewardConfig.defaults(), System::nanoTime);
    }

    /**
     * A run with other figures.
     *
     * @param config settings of the reward and of the agents
     * @param nanos a nanosecond clock, for durations
     */
    public ProxyRewardRun(ProxyRewardConfig config, LongSupplier nanos) {
        this.config = config;
        this.nanos = nanos;
    }

    @Override
    public int seeds() {
        return 5;
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        long start = nanos.getAsLong();
        CachedEncoder minilm = new CachedEncoder(new EmbeddingEncoder(new AllMiniLmL6V2EmbeddingModel(), MINILM));
        AnswerTable table = new AnswerTable(request.seeds());
        AtomicInteger done = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> seeds = new ArrayList<>();
            for (int seed = 1; seed <= request.seeds(); seed++) {
                Seed one = new Seed(seed, request, minilm, table, done);
                seeds.add(threads.submit(one::run));
            }
            for (Future<?> seed : seeds) {
                await(seed);
            }
        } finally {
            threads.shutdownNow();
        }
        double seconds = (nanos.getAsLong() - start) / 1e9;
        return new Result(ID, request.seeds(), seconds, Provenance.thisMachine(), table.arms(), aims(table));
    }

    private static void await(Future<?> seed) throws IOException {
        try {
            seed.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException(ID);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UncheckedIOException io) {
                throw io.getCause();
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CompletionException(e.getCause());
        }
    }

    private static List<Aim> aims(AnswerTable table) {
        double encoder = table.agent("ultimatum", ENCODER);
        return List.of(
                Aim.atLeast(
                        "RL on the true reward, agent accuracy in the Ultimatum game",
                        table.agent("ultimatum", ORACLE),
                        Bounds.PROXY_ORACLE),
                Aim.atLeast(
                        "agent accuracy follows label accuracy: correlation over games, conditions and labelers",
                        table.correlation(),
                        Bounds.PROXY_ECHO),
                Aim.atMost(
                        "mean distance of agent accuracy from label accuracy", table.distance(), Bounds.PROXY_DISTANCE),
                Aim.atLeast(
                        "Ultimatum: labels of MiniLM less the majority's",
                        table.label("ultimatum", ENCODER) - table.label("ultimatum", MAJORITY),
                        Bounds.PROXY_GAIN),
                Aim.atLeast(
                        "Ultimatum: agent of MiniLM less its agent without the objective",
                        encoder - table.agent("ultimatum", ENCODER_BLIND),
                        Bounds.PROXY_GAIN),
                Aim.atLeast(
                        "matrix games: labels of MiniLM less the majority's",
                        table.label("matrix", ENCODER) - table.label("matrix", MAJORITY),
                        Bounds.PROXY_GAIN),
                Aim.atLeast(
                        "negotiation: labels of MiniLM less the majority's",
                        table.label("negotiation", ENCODER) - table.label("negotiation", MAJORITY),
                        Bounds.PROXY_GAIN),
                Aim.atMost(
                        "30 % of the answers unreadable: loss of agent accuracy in the Ultimatum game",
                        table.agent("ultimatum", ORACLE) - table.agent("ultimatum", UNREADABLE),
                        Bounds.PROXY_UNREADABLE),
                Aim.atLeast(
                        "the trap: whoever rejects always, in the 50/50 condition as published",
                        table.rejecting(Condition.EQUAL.words()),
                        1));
    }

    /** One seed: its own proposals, scrambled games, dialogues and agents. */
    private final class Seed {
        private final int seed;
        private final RunRequest request;
        private final CachedEncoder minilm;
        private final AnswerTable table;
        private final AtomicInteger done;
        private final StringBuilder kept = new StringBuilder();

        Seed(int seed, RunRequest request, CachedEncoder minilm, AnswerTable table, AtomicInteger done) {
            this.seed = seed;
            this.request = request;
            this.minilm = minilm;
            this.table = table;
            this.done = done;
        }

        void run() {
            for (Condition condition : Condition.values()) {
                UltimatumTask task = new UltimatumTask(condition, seed);
                table.rejecting(seed, condition.words(), task.rejectingAlways());
                measure("ultimatum", condition.words(), task);
            }
            for (Objective objective : Objective.values()) {
                for (Table game : Table.all()) {
                    measure("matrix", "", new MatrixTask(game, objective, false, seed));
                    measure("matrix, scrambled", "", new MatrixTask(game, objective, true, seed));
                }
            }
            for (Style style : Style.values()) {
                NegotiationTask task = new NegotiationTask(style, seed);
                measure("negotiation", task.name().replaceFirst("negotiation, ", ""), task);
            }
            try (Writer out = Files.newBufferedWriter(request.folder().resolve("answers-seed-" + seed + ".jsonl"))) {
                out.append(kept);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private <E> void measure(String family, String part, ProxyTask<E> task) {
            table.label(seed, family, part, MAJORITY, "none", task.majority());
            trained(family, part, task, ORACLE, new ScriptedLabeler<>(task::meets, 0, 0, seed), task::question);
            trained(family, part, task, COIN, new ScriptedLabeler<>(task::meets, 0.5, 0, seed), task::question);
            for (double wrong : WRONG) {
                String name = "scripted: " + Math.round(100 * wrong) + " % wrong";
                trained(family, part, task, name, new ScriptedLabeler<>(task::meets, wrong, 0, seed), task::question);
            }
            trained(family, part, task, UNREADABLE, new ScriptedLabeler<>(task::meets, 0, 0.55, seed), task::question);
            Labeler<Object> encoder = new EncoderLabeler(minilm, false);
            trained(family, part, task, ENCODER, encoder, task::question);
            trained(family, part, task, ENCODER_WORDS, new EncoderLabeler(minilm, true), task::question);
            trained(
                    family,
                    part,
                    task,
                    ENCODER_BLIND,
                    encoder,
                    episode -> task.question(episode).withoutObjective());
        }

        private <E> void trained(
                String family,
                String part,
                ProxyTask<E> task,
                String name,
                Labeler<? super E> labeler,
                Function<? super E, Question> asking) {
            ProxyReward<E> reward = new ProxyReward<>(labeler, asking, config);
            EpisodeLearner<E> learner = task.learner(config, seed);
            reward.train(learner, task.episodes(config), Progress.none(), request.control());
            if (request.control().cancelled()) {
                throw new CancellationException(ID);
            }
            boolean scripted = reward.model().startsWith("scripted");
            String model =
                    name.equals(ORACLE) ? "none (the truth)" : name.equals(COIN) ? "none (a coin)" : reward.model();
            table.label(seed, family, part, name, model, task.labelAccuracy(reward));
            table.agent(seed, family, part, name, task.agentAccuracy(learner));
            table.read(seed, family, name, reward);
            if (!scripted) {
                keep(task.name(), name, reward);
            }
            request.progress().update("proxy reward", done.incrementAndGet(), (6 + 32 + 4) * 9L * request.seeds());
        }

        /** What was answered, and why what could not be read could not. */
        private void keep(String game, String name, ProxyReward<?> reward) {
            for (ProxyReward.Answer answer : reward.answers().values()) {
                ObjectNode line = new ObjectMapper().createObjectNode();
                line.put("game", game).put("labeler", name).put("model", reward.model());
                line.put("episode", answer.episode()).put("attempts", answer.attempts());
                answer.label()
                        .fold(yes -> line.put("answer", yes ? "yes" : "no"), reason -> line.put("refused", reason));
                kept.append(line).append('\n');
            }
        }
    }

    /**
     * One prompt of each game, and what follows an answer that cannot be read.
     *
     * @return the prompts under headings
     */
    public static String prompts() {
        UltimatumTask ultimatum = new UltimatumTask(Condition.SHARE_30, 1);
        NegotiationTask negotiation = new NegotiationTask(Style.VERSATILE, 1);
        return String.join(
                "\n\n",
                "--- Ultimatum, ten examples",
                ultimatum.question(ultimatum.held().get(0)).prompt(),
                "--- Ultimatum, one example with its reason",
                ultimatum.explained(ultimatum.held().get(0)).prompt(),
                "--- without the objective",
                ultimatum.question(ultimatum.held().get(0)).withoutObjective().prompt(),
                "--- matrix game",
                new MatrixTask(Table.BATTLE, Objective.TOTAL_WELFARE, false, 1)
                        .question(0)
                        .prompt(),
                "--- negotiation",
                negotiation.question(negotiation.held().get(0)).prompt(),
                "--- after an answer that cannot be read",
                Question.again("neither yes nor no: \"It depends.\" (expected: Yes or No)"));
    }
}
