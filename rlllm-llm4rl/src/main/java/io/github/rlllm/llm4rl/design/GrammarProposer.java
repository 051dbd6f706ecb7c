package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Parsed;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A seeded search over a grammar of rewards, without any language model: an honest baseline of what proposing at random and
 * mutating the best can do. It knows the inputs' names, types and ranges, and neither the task's sentence nor the meaning of
 * an input.
 *
 * <p>Without a parent it draws a new program: one to four weighted terms over one or two inputs. With one it mutates the
 * parent's text, and the parent's statistics say where: where the task
 * metric never moved all of it is drawn anew, a term that stayed at zero or flat is replaced, one that
 * dominates is scaled down, otherwise a weight, a number or the set of terms changes. That is what stands in the place of
 * reflection here, and is called so. Thread-safe; equal requests give equal proposals.
 */
public final class GrammarProposer implements Proposer {
    /** The name on rows. */
    public static final String MODEL = "grammar search (no language model)";

    private static final int MOST_TERMS = 6;
    private static final double FLAT = 0.02;
    private static final double DOMINANT = 10;

    /** Makes one. */
    public GrammarProposer() {}

    @Override
    public String model() {
        return MODEL;
    }

    @Override
    public Proposal propose(ProposalRequest request) {
        SeededRandom rng = SeededRandom.of(request.seed(), "grammar " + request.id());
        GrammarTerms grammar = new GrammarTerms(request.task().schema(), rng);
        CandidateRecord parent = request.parent();
        Optional<List<GrammarTerms.Term>> known =
                parent == null || learnedNothing(parent) ? Optional.empty() : GrammarTerms.parse(parent.program());
        List<GrammarTerms.Term> terms =
                known.map(found -> mutated(found, traces(parent), grammar, rng)).orElseGet(() -> fresh(grammar, rng));
        String program = GrammarTerms.print(terms);
        return new Proposal(request.id(), program, Parsed.accepted(program));
    }

    /** Whether the task metric never moved: then there is nothing to improve on, and a new reward is drawn. */
    private static boolean learnedNothing(CandidateRecord parent) {
        return parent.traces().stream()
                .anyMatch(trace -> trace.name().equals(Trained.METRIC) && trace.max() - trace.min() < 1e-9);
    }

    private static List<Trace> traces(@org.jspecify.annotations.Nullable CandidateRecord parent) {
        return parent == null ? List.of() : parent.traces();
    }

    private static List<GrammarTerms.Term> fresh(GrammarTerms grammar, SeededRandom rng) {
        List<GrammarTerms.Term> terms = new ArrayList<>();
        int count = 1 + rng.nextInt(4);
        for (int i = 0; i < count; i++) {
            terms.add(grammar.draw());
        }
        return terms;
    }

    private static List<GrammarTerms.Term> mutated(
            List<GrammarTerms.Term> parent, List<Trace> traces, GrammarTerms grammar, SeededRandom rng) {
        List<GrammarTerms.Term> terms = new ArrayList<>(parent);
        if (rng.nextDouble() < 0.5 && repair(terms, traces, grammar, rng)) {
            return terms;
        }
        int at = rng.nextInt(terms.size());
        GrammarTerms.Term term = terms.get(at);
        double draw = rng.nextDouble();
        if (draw < 0.3) {
            terms.set(at, term.weighted(term.weight() * Math.exp(rng.nextGaussian())));
        } else if (draw < 0.5) {
            terms.set(at, grammar.renumbered(term));
        } else if (draw < 0.75 && terms.size() < MOST_TERMS) {
            terms.add(grammar.draw());
        } else if (draw < 0.85 && terms.size() > 1) {
            terms.remove(at);
        } else {
            terms.set(at, grammar.draw());
        }
        return terms;
    }

    /** Changes the first term, from a random one on, whose statistics ask for it; false where none does. */
    private static boolean repair(
            List<GrammarTerms.Term> terms, List<Trace> traces, GrammarTerms grammar, SeededRandom rng) {
        int first = rng.nextInt(terms.size());
        for (int i = 0; i < terms.size(); i++) {
            int at = (first + i) % terms.size();
            Trace trace = at < traces.size() ? traces.get(at) : null;
            if (trace == null || !trace.name().equals(GrammarTerms.name(at))) {
                continue;
            }
            double size = Math.max(Math.abs(trace.max()), Math.abs(trace.min()));
            if (size < 1e-3 || trace.max() - trace.min() < FLAT * size) {
                terms.set(at, grammar.draw());
                return true;
            }
            double others = 0;
            for (int other = 0; other < terms.size() && other < traces.size(); other++) {
                others += other == at ? 0 : Math.abs(traces.get(other).mean());
            }
            if (others > 1e-9 && Math.abs(trace.mean()) > DOMINANT * others) {
                terms.set(at, terms.get(at).weighted(terms.get(at).weight() / DOMINANT));
                return true;
            }
        }
        return false;
    }
}
