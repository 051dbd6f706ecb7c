package io.github.rlllm.torch.tuning;

import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.alignment.Pairs;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CompletionBatch;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tuning on pairs of completions without a reward model: DPO (Rafailov et al. 2023, "Direct Preference Optimization", section
 * 4) with its forms IPO, hinge and robust, CPO, SimPO and ORPO, which differ in their {@link PreferenceLoss} alone. The
 * reference, where there is one, is asked once a pair: in the update, or before by {@link #reference}.
 */
public final class PreferenceTuning implements Snapshot {
    private final Descent descent;
    private final PreferenceLoss loss;
    private final @Nullable Reference reference;

    /**
     * Two completions of a prompt. A view: the arrays are not copied.
     *
     * @param prompt tokens, at least one
     * @param chosen the preferred completion's tokens, at least one
     * @param rejected the other's, at least one
     */
    @SuppressWarnings("ArrayRecordComponent") // a view of working arrays, never compared
    public record Preference(int[] prompt, int[] chosen, int[] rejected) {}

    /**
     * The figures of an update.
     *
     * @param step its number, from 1
     * @param loss before it
     * @param accuracy the share of pairs in which the policy prefers the chosen completion, more than the reference does where
     *     there is one; ties count half
     * @param chosen the mean over pairs of the chosen completion's log-probability, less the reference's, in nats
     * @param rejected likewise the rejected one's
     * @param gradientNorm before clipping
     * @param rate the learning rate
     */
    public record Update(
            long step,
            double loss,
            double accuracy,
            double chosen,
            double rejected,
            double gradientNorm,
            double rate) {}

    /**
     * A trainer that has made no update.
     *
     * @param model that learns; {@link CausalLm#train} said what of it
     * @param reference that the loss is held to; null for a loss that has none
     * @param loss of the pairs
     * @param optimisation how to descend
     * @throws IllegalStateException if nothing is trained
     */
    public PreferenceTuning(
            CausalLm model, @Nullable Reference reference, PreferenceLoss loss, Optimisation optimisation) {
        this.descent = new Descent(model, optimisation);
        this.reference = reference;
        this.loss = loss;
    }

    /**
     * One update.
     *
     * @param batch at least one pair
     * @return its figures
     * @throws IllegalArgumentException if the loss needs a reference and there is none
     * @throws io.github.rlllm.engine.run.NotFiniteException if a log-probability, the loss or the gradient is not finite
     */
    public Update update(List<Preference> batch) {
        return update(batch, reference == null ? null : reference(batch));
    }

    /**
     * What the reference gives for pairs, for {@link #update(List, Pairs)}: the same as long as the reference is.
     *
     * @param batch at least one pair
     * @return log-probabilities of the completions' tokens
     * @throws IllegalStateException if there is no reference
     */
    public Pairs reference(List<Preference> batch) {
        if (reference == null) {
            throw new IllegalStateException("reference: none (expected: one, given to the constructor)");
        }
        double[][] chosen = new double[batch.size()][];
        double[][] rejected = new double[batch.size()][];
        int from = 0;
        for (List<Preference> pass : descent.passes(batch)) {
            Pairs found = halves(reference.logProbs(completions(pass), 1));
            System.arraycopy(found.chosen(), 0, chosen, from, pass.size());
            System.arraycopy(found.rejected(), 0, rejected, from, pass.size());
            from += pass.size();
        }
        return new Pairs(chosen, rejected);
    }

    /**
     * One update with what the reference gave before.
     *
     * @param batch at least one pair
     * @param known the reference's log-probabilities of these pairs; null for a loss that has no reference
     * @return its figures
     * @throws IllegalArgumentException if the loss needs a reference and there is none, or shapes differ
     * @throws io.github.rlllm.engine.run.NotFiniteException if a log-probability, the loss or the gradient is not finite
     */
    public Update update(List<Preference> batch, @Nullable Pairs known) {
        int pairs = batch.size();
        long tokens = batch.stream().mapToLong(pair -> pair.chosen().length).sum();
        int longest =
                batch.stream().mapToInt(pair -> pair.chosen().length).max().orElse(1);
        double[] chosen = new double[pairs];
        double[] rejected = new double[pairs];
        double sum = 0;
        int begin = 0;
        for (List<Preference> pass : descent.passes(batch)) {
            int from = begin;
            int to = from + pass.size();
            Aggregation.Batch whole = new Aggregation.Batch(pairs, tokens, longest);
            Pairs fixed = known == null ? null : part(known, from, to);
            sum += descent.accumulate(completions(pass), 1, (logProbs, gradient) -> {
                Pairs policy = halves(logProbs);
                for (int i = from; i < to; i++) {
                    chosen[i] = sum(policy.chosen()[i - from]);
                    rejected[i] = sum(policy.rejected()[i - from]);
                    if (fixed != null) {
                        chosen[i] -= sum(fixed.chosen()[i - from]);
                        rejected[i] -= sum(fixed.rejected()[i - from]);
                    }
                }
                return loss.at(policy, fixed, whole, halves(gradient));
            });
            begin = to;
        }
        Descent.Step step = descent.step();
        double right = 0;
        for (int i = 0; i < pairs; i++) {
            right += chosen[i] > rejected[i] ? 1 : chosen[i] == rejected[i] ? 0.5 : 0;
        }
        return new Update(
                step.number(),
                sum,
                right / pairs,
                sum(chosen) / pairs,
                sum(rejected) / pairs,
                step.gradientNorm(),
                step.rate());
    }

    /** The chosen completions, and then the rejected ones; those of a pair lie in one row, so that their prompt is read once. */
    private static CompletionBatch completions(List<Preference> pass) {
        int n = pass.size();
        int[][] prompts = new int[2 * n][];
        int[][] completions = new int[2 * n][];
        int[][] rows = new int[n][];
        for (int i = 0; i < n; i++) {
            prompts[i] = pass.get(i).prompt();
            prompts[n + i] = pass.get(i).prompt();
            completions[i] = pass.get(i).chosen();
            completions[n + i] = pass.get(i).rejected();
            rows[i] = new int[] {i, n + i};
        }
        return CompletionBatch.packed(prompts, completions, rows);
    }

    private static Pairs halves(double[][] rows) {
        int n = rows.length / 2;
        return new Pairs(Arrays.copyOf(rows, n), Arrays.copyOfRange(rows, n, 2 * n));
    }

    private static Pairs part(Pairs pairs, int from, int to) {
        return new Pairs(Arrays.copyOfRange(pairs.chosen(), from, to), Arrays.copyOfRange(pairs.rejected(), from, to));
    }

    private static double sum(double[] row) {
        double sum = 0;
        for (double x : row) {
            sum += x;
        }
        return sum;
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
