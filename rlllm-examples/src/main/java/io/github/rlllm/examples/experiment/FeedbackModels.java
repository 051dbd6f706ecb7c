package io.github.rlllm.examples.experiment;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.run.ModelCard;
import io.github.rlllm.engine.run.ModelCard.Annotators;
import io.github.rlllm.engine.run.ModelCard.Data;
import io.github.rlllm.rl4llm.instructgpt.InstructGptConfig;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.TextTuning;
import io.github.rlllm.torch.CausalLm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where {@link FeedbackTuning} leaves every model that it trained, as transformers reads it but for a tokenizer, with its
 * {@code card.json}: {@code models/ROW} for those that the seeds share, {@code models/seed-N/ROW} for the others.
 *
 * @param folder of the run
 * @param config the sizes
 * @param annotator whose preferences were learned from
 * @param provenance from what the run came
 */
record FeedbackModels(Path folder, InstructGptConfig config, Annotators annotator, Provenance provenance) {
    private static final String USE = "Comparing ways of tuning by feedback; not for answering people.";
    private static final String WORDS = "It knows the few dozen words of a made-up language and nothing else.";
    private static final String BIAS = "Its annotator is noisy and likes warm words, and it learned that.";
    private static final String RAISED =
            "Where the learned reward was raised far, as without the KL term, the true score has fallen.";
    private static final String MISJUDGES =
            "Of two samples of a policy that was raised on it, it names the better one little more often than chance.";
    private static final String CARELESS = "Half of its demonstrators were careless, and it replies as they did.";

    /** From whose judgement a model learned. */
    enum Judged {
        /** Nobody's. */
        NOBODY,
        /** The annotator's. */
        ANNOTATOR,
        /** The annotator's, each turned round or not by a coin. */
        COIN,
        /** The true score itself. */
        TRUTH
    }

    /** The model of the corpus, on which all others stand. */
    void pretrained(CausalLm model) throws IOException {
        model.save(place(0, "pre-trained"));
        card(0, "pre-trained", "likelihood of a corpus", List.of(), Judged.NOBODY, List.of(WORDS), Map.of());
    }

    /** A model that was tuned on demonstrations. */
    void supervised(int seed, String row, int steps, CausalLm model, Map<String, Double> figures) throws IOException {
        model.save(place(seed, row));
        String method = "likelihood of demonstrations, from " + (seed == 0 ? "the pre-trained model" : "SFT");
        card(seed, row, method, List.of(demonstrations(steps)), Judged.NOBODY, List.of(WORDS, CARELESS), figures);
    }

    /** A reward model. */
    void reward(int seed, String row, CausalLm model, Judged judged, Map<String, Double> figures) throws IOException {
        model.saveReward(place(seed, row));
        String method = "likelihood of preferences (Bradley and Terry), from SFT";
        List<Data> data = List.of(demonstrations(config.sftSteps()), comparisons());
        card(seed, row, method, data, judged, List.of(WORDS, BIAS, MISJUDGES), figures);
    }

    /** A policy. */
    void policy(int seed, String row, CausalLm model, Judged judged, Map<String, Double> figures) throws IOException {
        model.save(place(seed, row));
        long prompts = (long) config.ppo().iterations() * config.ppo().batch();
        List<Data> data = new ArrayList<>(List.of(
                demonstrations(config.sftSteps()), made("prompts of guests, for the policy's own replies", prompts)));
        if (judged != Judged.TRUTH) {
            data.add(comparisons());
        }
        card(
                seed,
                row,
                "PPO with a value function of its own, from SFT",
                data,
                judged,
                List.of(WORDS, BIAS, RAISED),
                figures);
    }

    private void card(
            int seed,
            String row,
            String method,
            List<Data> further,
            Judged judged,
            List<String> failures,
            Map<String, Double> figures)
            throws IOException {
        List<Data> data = new ArrayList<>();
        data.add(made("corpus for pre-training", (long) config.pretrainSteps() * TextTuning.TEXTS));
        data.addAll(further);
        String judge = switch (judged) {
            case NOBODY -> "; nobody judged";
            case ANNOTATOR -> "";
            case COIN -> "; a coin turned the judgements round";
            case TRUTH -> "; judged by the true score, which no annotator knows";
        };
        boolean people = judged == Judged.ANNOTATOR || judged == Judged.COIN;
        String from = method + judge + (seed == 0 ? "; shared by all seeds" : "; seed " + seed);
        new ModelCard(
                        "instructgpt, " + row,
                        from,
                        data,
                        people ? List.of(annotator) : List.of(),
                        USE,
                        failures,
                        figures,
                        new Provenance(
                                provenance.id(), provenance.config(), seed, provenance.model(), provenance.machine()))
                .write(place(seed, row));
    }

    private Data demonstrations(int steps) {
        return made("demonstrations by careful and careless demonstrators", (long) steps * TextTuning.TEXTS);
    }

    private Data comparisons() {
        return made("comparisons of two replies of SFT", annotator.judgements());
    }

    private static Data made(String use, long examples) {
        return new Data("HotelReplies", "made up by " + HotelReplies.class.getName(), "Apache-2.0", use, examples);
    }

    private Path place(int seed, String row) {
        Path models = folder.resolve("models");
        Path own = seed == 0 ? models : models.resolve("seed-" + seed);
        return own.resolve(row.replaceAll("[^A-Za-z0-9]+", "-"));
    }
}
