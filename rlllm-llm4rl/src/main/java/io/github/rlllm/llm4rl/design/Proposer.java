package io.github.rlllm.llm4rl.design;

/** Proposes rewards. Thread-safe. Equal requests give equal proposals where the proposer is seeded. */
public interface Proposer {
    /**
     * Proposes one reward. An answer without a program in it is a proposal that says so.
     *
     * @param request what is asked
     * @return the proposal, under the request's id
     */
    Proposal propose(ProposalRequest request);

    /**
     * The proposer's identity, as it goes into provenance and on every row of a table.
     *
     * @return a model's name, or such as {@code grammar search (no language model)}
     */
    String model();
}
