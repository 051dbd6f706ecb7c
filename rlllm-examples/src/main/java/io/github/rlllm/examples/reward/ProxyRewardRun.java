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
import io.github.rlllm.examples.model.ChosenModel;
import io.github.rlllm.llm4rl.proxyreward.EncoderLabeler;
import io.github.rlllm.llm4rl.proxyreward.EpisodeLearner;
import io.github.rlllm.llm4rl.proxyreward.Labeler;
import io.github.rlllm.llm4rl.proxyreward.LanguageLabeler;
import io.github.rlllm.llm4rl.proxyreward.LikelihoodLabeler;
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
    static final String CHOSEN = "chosen model";
    static final String CHOSEN_BLIND = "chosen model, no objective";
    static final String EXPLAINED = "chosen model, one explained example";
    static final String IN_TEXT = "chosen model, asked in text";
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
    public boolean takesModel() {
        return true;
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        long start = nanos.getAsLong();
        CachedEncoder minilm = new CachedEncoder(new EmbeddingEncoder(new AllMiniLmL6V2EmbeddingModel(), MINILM));
        AnswerTable table = new AnswerTable(request.seeds());
        AtomicInteger done = new AtomicInteger();
        List<Runnable> seeds = new ArrayList<>();
        for (int seed = 1; seed <= request.seeds(); seed++) {
            Seed one = new Seed(seed, request, minilm, table, done);
            seeds.add(one::run);
        }
        Pair.run(seeds);
        double seconds = (nanos.getAsLong() - start) / 1e9;
        List<Aim> aims = new ArrayList<>(aims(table));
        if (request.model() != null) {
            aims.add(Aim.atLeast(
                    "Ultimatum: labels of the chosen model less the majority's",
                    table.label("ultimatum", CHOSEN) - table.label("ultimatum", MAJORITY),
                    Bounds.PROXY_GAIN));
            aims.add(Aim.atLeast(
                    "Ultimatum: agent of the chosen model less its agent without the objective",
                    table.agent("ultimatum", CHOSEN) - table.agent("ultimatum", CHOSEN_BLIND),
                    Bounds.PROXY_GAIN));
        }
        return new Result(ID, request.seeds(), seconds, Provenance.thisMachine(), table.arms(), aims);
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
                if (request.model() != null) {
                    labelled("ultimatum", condition.words(), task, EXPLAINED, chosen(request.model()), task::explained);
                }
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
            Function<E, Question> blind = episode -> task.question(episode).withoutObjective();
            boolean dialogues = family.equals("negotiation");
            if (dialogues) {
                // Hardly two dialogues of a training are the same, and each takes an encoder milliseconds.
                labelled(family, part, task, ENCODER_BLIND, encoder, blind);
            } else {
                trained(family, part, task, ENCODER_BLIND, encoder, blind);
                trained(family, part, task, ENCODER_WORDS, new EncoderLabeler(minilm, true), task::question);
            }
            ChosenModel model = request.model();
            if (model != null && dialogues) {
                // An agent that negotiates asks about a thousand dialogues: too many for a model that costs something.
                labelled(family, part, task, CHOSEN, chosen(model), task::question);
            } else if (model != null) {
                trained(family, part, task, CHOSEN, chosen(model), task::question);
                trained(family, part, task, CHOSEN_BLIND, chosen(model), blind);
            }
            if (model != null && model.scoring().isPresent() && family.equals("matrix")) {
                labelled(family, part, task, IN_TEXT, new LanguageLabeler(model, model.name()), task::question);
            }
        }

        /** By exact log-probabilities of yes and no where the model gives them, else asked in text. */
        private Labeler<Object> chosen(ChosenModel model) {
            return model.scoring()
                    .<Labeler<Object>>map(LikelihoodLabeler::new)
                    .orElseGet(() -> new LanguageLabeler(model, model.name()));
        }

        private <E> void labelled(
                String family,
                String part,
                ProxyTask<E> task,
                String name,
                Labeler<? super E> labeler,
                Function<? super E, Question> asking) {
            ProxyReward<E> reward = new ProxyReward<>(labeler, asking, config);
            judge(family, part, task, name, reward);
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
            table.agent(seed, family, part, name, task.agentAccuracy(learner));
            judge(family, part, task, name, reward);
        }

        private <E> void judge(String family, String part, ProxyTask<E> task, String name, ProxyReward<E> reward) {
            boolean scripted = reward.model().startsWith("scripted");
            String model =
                    name.equals(ORACLE) ? "none (the truth)" : name.equals(COIN) ? "none (a coin)" : reward.model();
            table.label(seed, family, part, name, model, task.labelAccuracy(reward));
            table.read(seed, family, name, reward);
            if (!scripted) {
                keep(task.name(), name, reward);
            }
            long all = (38 * 9 + 4 * 8 + (request.model() == null ? 0 : 38 * 2 + 4 + 6)) * (long) request.seeds();
            request.progress().update("proxy reward", Math.min(all, done.incrementAndGet()), all);
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
