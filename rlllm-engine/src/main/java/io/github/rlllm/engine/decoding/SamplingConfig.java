package io.github.rlllm.engine.decoding;

/**
 * How the next token is drawn. Applied in the order of Hugging Face's {@code generate}: repetition penalty, repeated
 * n-grams, temperature, top-k, top-p, min-p, typical-p; each sees what the one before left.
 *
 * @param temperature by which the logits are divided, at least 0; 0 takes the most probable token
 * @param topK only tokens whose logit is at least the k-th greatest (ties stay); 0 leaves it out
 * @param topP only the smallest set of the most probable tokens with at least this mass (Holtzman et al. 2020), in (0, 1]; 1
 *     leaves it out
 * @param minP only tokens at least this often as probable as the most probable (Nguyen et al. 2024), in [0, 1]; 0 leaves it
 *     out
 * @param typicalP only the smallest set with at least this mass whose surprise is nearest to the entropy (Meister et al.
 *     2023), in (0, 1]; 1 leaves it out
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens that were there, the prompt's
 *     included, once each (Keskar et al. 2019); above 0, 1 leaves it out
 * @param noRepeat no sequence of so many tokens comes twice, the prompt's included; 0 leaves it out
 * @param keep the least number of tokens that top-k, top-p, min-p and typical-p leave, at least 1
 */
public record SamplingConfig(
        double temperature,
        int topK,
        double topP,
        double minP,
        double typicalP,
        double repetitionPenalty,
        int noRepeat,
        int keep) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public SamplingConfig {
        require("temperature", temperature, temperature >= 0 && temperature < 1 / 0.0, "finite and >= 0");
        require("topK", topK, topK >= 0, ">= 0");
        require("topP", topP, topP > 0 && topP <= 1, "in (0, 1]");
        require("minP", minP, minP >= 0 && minP <= 1, "in [0, 1]");
        require("typicalP", typicalP, typicalP > 0 && typicalP <= 1, "in (0, 1]");
        require(
                "repetitionPenalty",
                repetitionPenalty,
                repetitionPenalty > 0 && repetitionPenalty < 1 / 0.0,
                "finite and > 0");
        require("noRepeat", noRepeat, noRepeat >= 0, ">= 0");
        require("keep", keep, keep >= 1, ">= 1");
    }

    private static void require(String name, Number value, boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /**
     * The model as it is.
     *
     * @return temperature 1, nothing left out
     */
    public static SamplingConfig defaults() {
        return new SamplingConfig(1, 0, 1, 0, 1, 1, 0, 1);
    }

    /**
     * The most probable token, always.
     *
     * @return temperature 0, nothing left out
     */
    public static SamplingConfig greedy() {
        return defaults().withTemperature(0);
    }

    /**
     * The same with another temperature.
     *
     * @param value at least 0
     * @return a changed copy
     */
    public SamplingConfig withTemperature(double value) {
        return new SamplingConfig(value, topK, topP, minP, typicalP, repetitionPenalty, noRepeat, keep);
    }

    /**
     * The same with another top-k.
     *
     * @param value at least 0
     * @return a changed copy
     */
    public SamplingConfig withTopK(int value) {
        return new SamplingConfig(temperature, value, topP, minP, typicalP, repetitionPenalty, noRepeat, keep);
    }

    /**
     * The same with another top-p.
     *
     * @param value in (0, 1]
     * @return a changed copy
     */
    public SamplingConfig withTopP(double value) {
        return new SamplingConfig(temperature, topK, value, minP, typicalP, repetitionPenalty, noRepeat, keep);
    }

    /**
     * The same with another min-p.
     *
     * @param value in [0, 1]
     * @return a changed copy
     */
    public SamplingConfig withMinP(double value) {
        return new SamplingConfig(temperature, topK, topP, value, typicalP, repetitionPenalty, noRepeat, keep);
    }

    /**
     * The same with another typical-p.
     *
     * @param value in (0, 1]
     * @return a changed copy
     */
    public SamplingConfig withTypicalP(double value) {
        return new SamplingConfig(temperature, topK, topP, minP, value, repetitionPenalty, noRepeat, keep);
    }

    /**
     * The same with another repetition penalty.
     *
     * @param value above 0
     * @return a changed copy
     */
    public SamplingConfig withRepetitionPenalty(double value) {
        return new SamplingConfig(temperature, topK, topP, minP, typicalP, value, noRepeat, keep);
    }

    /**
     * The same with another length of sequences that do not repeat.
     *
     * @param value at least 0
     * @return a changed copy
     */
    public SamplingConfig withNoRepeat(int value) {
        return new SamplingConfig(temperature, topK, topP, minP, typicalP, repetitionPenalty, value, keep);
    }

    /**
     * The same with another least number of tokens left.
     *
     * @param value at least 1
     * @return a changed copy
     */
    public SamplingConfig withKeep(int value) {
        return new SamplingConfig(temperature, topK, topP, minP, typicalP, repetitionPenalty, noRepeat, value);
    }
}
