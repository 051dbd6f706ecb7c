package io.github.rlllm.torch;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.decoding.GrammarConstraint;
import io.github.rlllm.engine.decoding.JsonSchemaGrammar;
import io.github.rlllm.engine.decoding.SampleLimits;
import io.github.rlllm.engine.decoding.Sampler;
import io.github.rlllm.engine.decoding.SamplingConfig;
import io.github.rlllm.engine.decoding.StopTexts;
import io.github.rlllm.engine.decoding.TokenSample;
import io.github.rlllm.engine.lm.SampledLanguageModel;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CausalLm} that answers: a template writes the conversation, tokens are drawn until one that ends a text, the
 * template's mark, a stop text or the limit. A prompt's schema keeps the answer to it, as {@link JsonSchemaGrammar} says.
 * Equal prompts with equal seeds are answered equally. Thread-safe, one answer at a time.
 *
 * <p>A message that spells a special token of the tokenizer is refused: the model would take it for the template's own. An
 * answer's text is what its tokens spell up to what ends it, less a blank at its beginning under {@link
 * ChatTemplate#TRANSCRIPT}.
 */
public final class CausalChat implements SampledLanguageModel {
    private final ChatTemplate template;
    private final SamplingConfig sampling;
    private final RandomGenerator seeds;
    private final String name;
    private final ChatTokens tokens;
    private final int context;
    private final CausalDecoder decoder;
    private @Nullable GrammarConstraint last;

    /**
     * A model that answers.
     *
     * @param model with logits
     * @param tokenizer the model's; it is closed by whoever opened it, after the last use
     * @param template how conversations are written
     * @param sampling how tokens are drawn where nobody says
     * @param seeds gives the seeds of prompts that have none
     * @param name the model's identity, as it goes into provenance
     * @throws IllegalArgumentException if a mark of the template is not one token of the tokenizer
     */
    public CausalChat(
            CausalLm model,
            Tokenizer tokenizer,
            ChatTemplate template,
            SamplingConfig sampling,
            RandomGenerator seeds,
            String name) {
        this.template = template;
        this.sampling = Objects.requireNonNull(sampling, "sampling");
        this.seeds = Objects.requireNonNull(seeds, "seeds");
        this.name = Objects.requireNonNull(name, "name");
        tokens = new ChatTokens(model, tokenizer, template);
        context = model.config().sizes().context();
        decoder = new CausalDecoder(model);
    }

    @Override
    public SamplingConfig sampling() {
        return sampling;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the messages do not fit the template, one spells a special token, no room is left for
     *     an answer, the schema is not supported, or stop texts stand beside a schema
     */
    @Override
    public synchronized Completion complete(Prompt prompt, SamplingConfig how) {
        int[] before = tokens.before(prompt.messages());
        if (before.length >= context) {
            throw new IllegalArgumentException("messages: " + before.length + " tokens (expected: fewer than " + context
                    + ", the model's context)");
        }
        SampleLimits limits = SampleLimits.of(Math.min(prompt.maxTokens(), context - before.length))
                .withStop(tokens.ends());
        StopTexts stops = stops(prompt);
        if (prompt.schema() != null) {
            if (!prompt.stop().isEmpty()) {
                throw new IllegalArgumentException("stop: " + prompt.stop()
                        + " (expected: none beside a schema, which says itself where it ends)");
            }
            limits = limits.withOnly(constraint(prompt.schema()));
        } else if (stops != null) {
            limits = limits.withStopTexts(stops);
        }
        RandomGenerator rng = SeededRandom.of(prompt.seed() == null ? seeds.nextLong() : prompt.seed(), "answer");
        TokenSample sample = new Sampler(how).sample(decoder, before, limits, rng);
        String text = stops == null || prompt.schema() != null
                ? tokens.spelled().text(sample.answer())
                : stops.before(sample.tokens());
        boolean blank = template == ChatTemplate.TRANSCRIPT && text.startsWith(" ");
        return new Completion(
                blank ? text.substring(1) : text, before.length, sample.tokens().length, sample.finish(), name);
    }

    private @Nullable StopTexts stops(Prompt prompt) {
        List<String> texts = new ArrayList<>(prompt.stop());
        if (template.tokens().isEmpty() && !template.stop().isEmpty()) {
            texts.add(template.stop());
        }
        return texts.isEmpty() ? null : new StopTexts(tokens.spelled(), texts);
    }

    private GrammarConstraint constraint(String schema) {
        if (last == null || !last.toString().equals(schema)) {
            last = new GrammarConstraint(schema, JsonSchemaGrammar.of(schema), tokens.spelled());
        }
        return last;
    }
}
