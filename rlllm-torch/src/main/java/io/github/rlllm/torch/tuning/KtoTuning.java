package io.github.rlllm.torch.tuning;

import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.alignment.Kto;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CompletionBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * Kahneman-Tversky optimisation (Ethayarajh et al. 2024, "KTO: Model Alignment as Prospect Theoretic Optimization", section
 * 4.2): completions called good or bad one by one. The reference point of a batch is read, without a gradient, off
 * completions that follow the prompt of the batch's next example.
 */
public final class KtoTuning implements Snapshot {
    private final Descent descent;
    private final Kto kto;
    private final Reference reference;

    /**
     * A judged completion. A view: the arrays are not copied.
     *
     * @param prompt tokens, at least one
     * @param completion tokens, at least one
     * @param desirable whether it was called good
     */
    @SuppressWarnings("ArrayRecordComponent") // a view of working arrays, never compared
    public record Judged(int[] prompt, int[] completion, boolean desirable) {}

    /**
     * The figures of an update.
     *
     * @param step its number, from 1
     * @param loss before it
     * @param kl the reference point, in nats
     * @param desirable the mean log-ratio of policy and reference over good completions, in nats; 0 where there is none
     * @param undesirable likewise over bad ones
     * @param gradientNorm before clipping
     * @param rate the learning rate
     */
    public record Update(
            long step,
            double loss,
            double kl,
            double desirable,
            double undesirable,
            double gradientNorm,
            double rate) {}

    /**
     * A trainer that has made no update.
     *
     * @param model that learns; {@link CausalLm#train} said what of it
     * @param reference that it is held to
     * @param kto the loss
     * @param optimisation how to descend
     * @throws IllegalStateException if nothing is trained
     */
    public KtoTuning(CausalLm model, Reference reference, Kto kto, Optimisation optimisation) {
        this.descent = new Descent(model, optimisation);
        this.reference = reference;
        this.kto = kto;
    }

    /**
     * One update.
     *
     * @param batch at least two examples: the reference point is read off completions with another's prompt
     * @return its figures
     * @throws IllegalArgumentException if there are fewer than two
     * @throws io.github.rlllm.engine.run.NotFiniteException if a log-probability, the loss or the gradient is not finite
     */
    public Update update(List<Judged> batch) {
        int n = batch.size();
        if (n < 2) {
            throw new IllegalArgumentException("batch: " + n + " examples (expected: >= 2)");
        }
        double kl = referencePoint(batch);
        double[] ratios = new double[2];
        int[] counts = new int[2];
        double sum = 0;
        for (List<Judged> pass : descent.passes(batch)) {
            CompletionBatch completions = completions(pass);
            double[][] fixed = reference.logProbs(completions, 1);
            boolean[] desirable = new boolean[pass.size()];
            for (int i = 0; i < desirable.length; i++) {
                desirable[i] = pass.get(i).desirable();
            }
            double share = (double) desirable.length / n;
            sum += descent.accumulate(completions, 1, (policy, gradient) -> {
                double value = kto.loss(policy, fixed, desirable, kl, gradient);
                for (int i = 0; i < desirable.length; i++) {
                    int kind = desirable[i] ? 1 : 0;
                    counts[kind]++;
                    for (int t = 0; t < policy[i].length; t++) {
                        ratios[kind] += policy[i][t] - fixed[i][t];
                        gradient[i][t] *= share;
                    }
                }
                return share * value;
            });
        }
        Descent.Step step = descent.step();
        return new Update(
                step.number(),
                sum,
                kl,
                ratios[1] / Math.max(1, counts[1]),
                ratios[0] / Math.max(1, counts[0]),
                step.gradientNorm(),
                step.rate());
    }

    private double referencePoint(List<Judged> batch) {
        int n = batch.size();
        List<Judged> mismatched = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            mismatched.add(
                    new Judged(batch.get((i + 1) % n).prompt(), batch.get(i).completion(), false));
        }
        List<double[]> policy = new ArrayList<>();
        List<double[]> fixed = new ArrayList<>();
        for (List<Judged> pass : descent.passes(mismatched)) {
            CompletionBatch completions = completions(pass);
            policy.addAll(List.of(descent.model().logProbs(completions, 1)));
            fixed.addAll(List.of(reference.logProbs(completions, 1)));
        }
        return Kto.referencePoint(policy.toArray(double[][]::new), fixed.toArray(double[][]::new));
    }

    private static CompletionBatch completions(List<Judged> pass) {
        return new CompletionBatch(
                pass.stream().map(Judged::prompt).toArray(int[][]::new),
                pass.stream().map(Judged::completion).toArray(int[][]::new));
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
