package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Parsed;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.lm.CodeAnswer;
import java.util.List;
import java.util.Objects;

/**
 * Proposes what a language model answers to the request's conversation, one call a proposal. Nothing is guessed: an answer that
 * was cut, or that has no block of code or several that differ, is a proposal without a program, whose reason goes back.
 * Spending limits, retries and recording are decorators of the model (package {@code engine.lm}); failures of transport pass
 * through. Thread-safe.
 */
public final class LanguageModelProposer implements Proposer {
    private static final CodeAnswer CODE = CodeAnswer.of("java");

    private final LanguageModel language;
    private final String name;
    private final int maxTokens;

    /**
     * A proposer.
     *
     * @param language the model
     * @param name its identity on rows and in provenance
     * @param maxTokens the greatest number of tokens of an answer, at least 1
     */
    public LanguageModelProposer(LanguageModel language, String name, int maxTokens) {
        this.language = Objects.requireNonNull(language, "language");
        this.name = Objects.requireNonNull(name, "name");
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens: " + maxTokens + " (expected: >= 1)");
        }
        this.maxTokens = maxTokens;
    }

    @Override
    public Proposal propose(ProposalRequest request) {
        Completion answer =
                language.complete(new Prompt(request.conversation(), List.of(), maxTokens, request.seed(), null));
        Parsed<String> program =
                CODE.parse(answer).<Parsed<String>>fold(block -> Parsed.accepted(block.code()), Parsed::rejected);
        return new Proposal(request.id(), answer.text(), program);
    }

    @Override
    public String model() {
        return name;
    }
}
