package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Parsed;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Proposes given programs one after the other, from the first again after the last, whatever it is asked. For tests and
 * plumbing; what comes of it is never a result. Thread-safe, but in which order requests are answered is then left to them.
 */
public final class ScriptedProposer implements Proposer {
    private final List<String> programs;
    private final AtomicInteger next = new AtomicInteger();

    /**
     * A proposer.
     *
     * @param programs at least one program's text
     * @throws IllegalArgumentException if there is none
     */
    public ScriptedProposer(List<String> programs) {
        this.programs = List.copyOf(programs);
        if (programs.isEmpty()) {
            throw new IllegalArgumentException("programs: none (expected: at least one)");
        }
    }

    @Override
    public Proposal propose(ProposalRequest request) {
        String program = programs.get(Math.floorMod(next.getAndIncrement(), programs.size()));
        return new Proposal(request.id(), program, Parsed.accepted(program));
    }

    @Override
    public String model() {
        return "scripted";
    }
}
