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
 * <p>Without a parent it draws a new program: one to four weighted terms over one or two inputs. With one it draws anew or
 * mutates the parent's text, the more often the latter the better the task metric rose while the parent's learner learned. What
 * is mutated follows the tips that Eureka gives a language model, read off the statistics of the reflection
 * ({@link TermReading}): a component that stood still beside the others is rewritten or scaled up, one that went against the
 * task metric is dropped, turned round or scaled down, one that went with it is scaled up or tuned; the other half of the changes
 * is blind. That is what stands in the place of reflection here, and is called so. Thread-safe; equal requests give equal
 * proposals.
 */
public final class GrammarProposer implements Proposer {
    /** The name on rows. */
    public static final String MODEL = "grammar search (no language model)";

    private static final int MOST_TERMS = 6;
    /** The share that is drawn anew where the parent's task metric rose, and where it moved without rising. */
    private static final double ANEW = 0.25;

    private static final double ANEW_WITHOUT_RISE = 0.8;
    /** How often one more change follows a change. */
    private static final double AGAIN = 0.4;
    /** How often a change follows the statistics, where they say something. */
    private static final double ADVISED = 0.5;

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
        // drawn first: what is drawn anew does not depend on whether there is a parent
        List<GrammarTerms.Term> terms = fresh(grammar, rng);
        CandidateRecord parent = request.parent();
        Optional<List<GrammarTerms.Term>> known =
                parent == null ? Optional.empty() : GrammarTerms.parse(parent.program());
        if (parent != null && known.isPresent() && rng.nextDouble() >= anew(parent)) {
            terms = mutated(
                    known.get(), TermReading.of(parent.traces(), known.get().size()), grammar, rng);
        }
        String program = GrammarTerms.print(terms);
        return new Proposal(request.id(), program, Parsed.accepted(program));
    }

    /** How often to draw anew: always where the task metric never moved, for then there is nothing to improve on. */
    private static double anew(CandidateRecord parent) {
        Optional<Trace> metric = TermReading.metric(parent.traces());
        if (metric.isEmpty()) {
            return ANEW;
        }
        if (metric.get().max() - metric.get().min() < 1e-9) {
            return 1;
        }
        return TermReading.rises(metric.get()) ? ANEW : ANEW_WITHOUT_RISE;
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
            List<GrammarTerms.Term> parent, List<TermReading> readings, GrammarTerms grammar, SeededRandom rng) {
        List<GrammarTerms.Term> terms = new ArrayList<>(parent);
        int at = rng.nextInt(terms.size());
        if (rng.nextDouble() >= ADVISED || !advised(terms, at, readings.get(at), grammar, rng)) {
            blind(terms, rng.nextInt(terms.size()), grammar, rng);
        }
        while (rng.nextDouble() < AGAIN) {
            blind(terms, rng.nextInt(terms.size()), grammar, rng);
        }
        return terms;
    }

    /** Eureka's tips for one component; false where its statistics say nothing. */
    private static boolean advised(
            List<GrammarTerms.Term> terms, int at, TermReading reading, GrammarTerms grammar, SeededRandom rng) {
        GrammarTerms.Term term = terms.get(at);
        switch (reading) {
            case UNKNOWN -> {
                return false;
            }
            case STILL ->
                terms.set(
                        at,
                        terms.size() > 1 && rng.nextBoolean()
                                ? term.weighted(term.weight() * larger(rng, 3, 10))
                                : grammar.draw());
            case AGAINST -> {
                int way = terms.size() > 1 ? rng.nextInt(3) : 1;
                if (way == 0) {
                    terms.remove(at);
                } else {
                    terms.set(at, term.weighted(term.weight() * (way == 1 ? -1 : 1 / larger(rng, 2, 5))));
                }
            }
            case WITH -> terms.set(at, term.weighted(term.weight() * larger(rng, 1.5, 4)));
            case LEADS -> terms.set(at, grammar.renumbered(term));
        }
        return true;
    }

    private static double larger(SeededRandom rng, double least, double most) {
        return least * Math.pow(most / least, rng.nextDouble());
    }

    private static void blind(List<GrammarTerms.Term> terms, int at, GrammarTerms grammar, SeededRandom rng) {
        GrammarTerms.Term term = terms.get(at);
        double draw = rng.nextDouble();
        if (draw < 0.25 && terms.size() > 1) {
            terms.set(at, term.weighted(term.weight() * Math.exp(rng.nextGaussian())));
        } else if (draw < 0.25) {
            terms.add(grammar.draw()); // the weight of a single term is nothing to a learner that scales its rewards
        } else if (draw < 0.4) {
            terms.set(at, grammar.renumbered(term));
        } else if (draw < 0.5) {
            terms.set(at, grammar.reshaped(term));
        } else if (draw < 0.8 && terms.size() < MOST_TERMS) {
            terms.add(grammar.draw());
        } else if (draw < 0.9 && terms.size() > 1) {
            terms.remove(at);
        } else {
            terms.set(at, grammar.draw());
        }
    }
}
