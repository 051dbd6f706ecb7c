package io.github.rlllm.torch.tuning;

import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.alignment.RewardLoss;
import io.github.rlllm.torch.CausalLm;
import java.util.Arrays;
import java.util.List;

/**
 * A reward model: a language model whose score head is trained on preferences by Bradley and Terry's likelihood ({@link
 * RewardLoss}; Ouyang et al. 2022, "Training language models to follow instructions with human feedback", equation 1). The
 * reward of a text is the score at its last token, so texts end with the token that ends them when they are sampled.
 *
 * <p>Only differences of rewards are learned: centre them ({@link RewardLoss#centring}), or subtract the mean reward of
 * demonstrations before reinforcement learning, as InstructGPT does.
 */
public final class RewardTuning implements Snapshot {
    private final Descent descent;
    private final RewardLoss loss;

    /**
     * Two texts with the same prompt. A view: the arrays are not copied.
     *
     * @param chosen the preferred one's tokens, prompt included
     * @param rejected the other's
     * @param margin how much better it is said to be (Touvron et al. 2023, equation 2); 0 for an unknown one
     */
    @SuppressWarnings("ArrayRecordComponent") // a view of working arrays, never compared
    public record Comparison(int[] chosen, int[] rejected, double margin) {
        /**
         * A comparison without a margin.
         *
         * @param chosen the preferred one's tokens, prompt included
         * @param rejected the other's
         * @return the comparison
         */
        public static Comparison of(int[] chosen, int[] rejected) {
            return new Comparison(chosen, rejected, 0);
        }
    }

    /**
     * All answers to one prompt in order. A view: the arrays are not copied.
     *
     * @param bestFirst the texts' tokens, prompt included, at least 2 texts
     */
    @SuppressWarnings("ArrayRecordComponent") // a view of working arrays, never compared
    public record Ranking(int[][] bestFirst) {}

    /**
     * The figures of an update.
     *
     * @param step its number, from 1
     * @param loss before it
     * @param accuracy the share of pairs in which the preferred text had the greater reward
     * @param margin the mean difference of rewards over pairs
     * @param gradientNorm before clipping
     * @param rate the learning rate
     */
    public record Update(long step, double loss, double accuracy, double margin, double gradientNorm, double rate) {}

    /** Counts pairs as they come. */
    private static final class Tally {
        private long pairs;
        private double right;
        private double difference;

        void add(double better, double worse) {
            pairs++;
            right += better > worse ? 1 : better == worse ? 0.5 : 0;
            difference += better - worse;
        }

        double accuracy() {
            return right / pairs;
        }

        double margin() {
            return difference / pairs;
        }
    }

    /**
     * A trainer that has made no update.
     *
     * @param model that learns, with a score head; {@link CausalLm#train} said what of it
     * @param loss of the rewards
     * @param optimisation how to descend
     * @throws IllegalStateException if nothing is trained
     */
    public RewardTuning(CausalLm model, RewardLoss loss, Optimisation optimisation) {
        this.descent = new Descent(model, optimisation);
        this.loss = loss;
    }

    /**
     * One update on pairs.
     *
     * @param batch at least one comparison
     * @return its figures
     * @throws io.github.rlllm.engine.run.NotFiniteException if a score, the loss or the gradient is not finite
     */
    public Update update(List<Comparison> batch) {
        Tally tally = new Tally();
        double sum = 0;
        for (List<Comparison> pass : descent.passes(batch)) {
            int n = pass.size();
            double share = (double) n / batch.size();
            int[][] rows = new int[2 * n][];
            double[] margins = new double[n];
            for (int i = 0; i < n; i++) {
                rows[i] = pass.get(i).chosen();
                rows[n + i] = pass.get(i).rejected();
                margins[i] = pass.get(i).margin();
            }
            sum += descent.accumulateScores(rows, (scores, gradient) -> {
                double[] up = new double[n];
                double[] down = new double[n];
                double value =
                        loss.loss(Arrays.copyOf(scores, n), Arrays.copyOfRange(scores, n, 2 * n), margins, up, down);
                for (int i = 0; i < n; i++) {
                    gradient[i] = share * up[i];
                    gradient[n + i] = share * down[i];
                    tally.add(scores[i], scores[n + i]);
                }
                return share * value;
            });
        }
        return end(sum, tally);
    }

    /**
     * One update on rankings: all pairs of a prompt are one element of the batch and are computed in one pass.
     *
     * @param batch at least one ranking
     * @return its figures
     * @throws IllegalArgumentException if a ranking has fewer than two texts
     * @throws io.github.rlllm.engine.run.NotFiniteException if a score, the loss or the gradient is not finite
     */
    public Update updateRankings(List<Ranking> batch) {
        Tally tally = new Tally();
        double sum = 0;
        for (List<Ranking> pass : descent.passes(batch)) {
            double share = (double) pass.size() / batch.size();
            int[][] rows = pass.stream()
                    .flatMap(ranking -> Arrays.stream(ranking.bestFirst()))
                    .toArray(int[][]::new);
            sum += descent.accumulateScores(rows, (scores, gradient) -> {
                double[][] byPrompt = new double[pass.size()][];
                int from = 0;
                for (int i = 0; i < byPrompt.length; i++) {
                    int k = pass.get(i).bestFirst().length;
                    byPrompt[i] = Arrays.copyOfRange(scores, from, from + k);
                    from += k;
                }
                double[][] slopes = Arrays.stream(byPrompt)
                        .map(row -> new double[row.length])
                        .toArray(double[][]::new);
                double value = loss.ranked(byPrompt, slopes);
                int at = 0;
                for (int i = 0; i < byPrompt.length; i++) {
                    for (int better = 0; better < byPrompt[i].length; better++) {
                        gradient[at++] = share * slopes[i][better];
                        for (int worse = better + 1; worse < byPrompt[i].length; worse++) {
                            tally.add(byPrompt[i][better], byPrompt[i][worse]);
                        }
                    }
                }
                return share * value;
            });
        }
        return end(sum, tally);
    }

    private Update end(double sum, Tally tally) {
        Descent.Step step = descent.step();
        return new Update(step.number(), sum, tally.accuracy(), tally.margin(), step.gradientNorm(), step.rate());
    }

    /**
     * The rewards of texts.
     *
     * @param texts tokens, prompt included
     * @return one a text
     * @throws ArithmeticException if one is not finite
     */
    public double[] rewards(List<int[]> texts) {
        double[] rewards = new double[texts.size()];
        int at = 0;
        for (List<int[]> pass : descent.passes(texts)) {
            double[] scores = descent.model().scores(pass.toArray(int[][]::new));
            System.arraycopy(scores, 0, rewards, at, scores.length);
            at += scores.length;
        }
        return rewards;
    }

    /**
     * The share of comparisons in which the preferred text has the greater reward; ties count half.
     *
     * @param comparisons at least one
     * @return 0 to 1
     */
    public double accuracy(List<Comparison> comparisons) {
        double[] chosen = rewards(comparisons.stream().map(Comparison::chosen).toList());
        double[] rejected =
                rewards(comparisons.stream().map(Comparison::rejected).toList());
        Tally tally = new Tally();
        for (int i = 0; i < chosen.length; i++) {
            tally.add(chosen[i], rejected[i]);
        }
        return tally.accuracy();
    }

    @Override
    public byte[] save() {
        return descent.save();
    }

    @Override
    public void restore(byte[] state) {
        descent.restore(state);
    }
}
