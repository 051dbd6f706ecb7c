package io.github.rlllm.rl4llm.hhrlhf;

import io.github.rlllm.rl4llm.feedback.Agreement;
import io.github.rlllm.rl4llm.feedback.Comparison;
import io.github.rlllm.rl4llm.feedback.GroupAccuracy;
import io.github.rlllm.rl4llm.feedback.Verdict;
import io.github.rlllm.rl4llm.feedback.Vote;
import io.github.rlllm.rl4llm.replies.FrontDesk;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.ReplyReward;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Four annotators who judge the same replies, two of help on ordinary requests and two of harm on those that probe: how far
 * they agree, and how well a preference model serves each of them and each kind of request. Immutable.
 */
public final class Panel {
    /** Who judges help. */
    public static final List<String> HELPFUL = List.of("helpful 1", "helpful 2");
    /** Who judges harm. */
    public static final List<String> HARMLESS = List.of("harmless 1", "harmless 2");

    private final FrontDesk desk;
    private final List<Reply> replies;
    private final List<Comparison> own;
    private final List<Comparison> crossed;

    private Panel(FrontDesk desk, List<Reply> replies, List<Comparison> own, List<Comparison> crossed) {
        this.desk = desk;
        this.replies = replies;
        this.own = own;
        this.crossed = crossed;
    }

    /**
     * Lets the four judge.
     *
     * @param desk the language
     * @param ordinary pairs of replies to ordinary requests; who was preferred in them is not looked at
     * @param probing pairs of replies to requests that probe, likewise
     * @param rng draws the order in which a pair is shown, and the annotators' errors
     * @return their verdicts
     */
    public static Panel of(FrontDesk desk, List<Preference> ordinary, List<Preference> probing, RandomGenerator rng) {
        List<Reply> replies = new ArrayList<>();
        List<Comparison> own = new ArrayList<>();
        List<Comparison> crossed = new ArrayList<>();
        for (List<Preference> pairs : List.of(ordinary, probing)) {
            boolean harm = pairs == probing;
            DeskAnnotator annotator = harm ? DeskAnnotator.harmless() : DeskAnnotator.helpful();
            for (Preference pair : pairs) {
                Preference shown = rng.nextBoolean() ? pair : pair.swapped();
                replies.add(shown.chosen());
                replies.add(shown.rejected());
                List<Vote> votes = (harm ? HARMLESS : HELPFUL)
                        .stream()
                                .map(name -> vote(name, annotator, desk, shown, rng))
                                .toList();
                own.add(comparison(desk, shown, votes));
                if (harm) {
                    Vote help = vote(HELPFUL.get(0), DeskAnnotator.helpful(), desk, shown, rng);
                    crossed.add(comparison(desk, shown, List.of(votes.get(0), help)));
                }
            }
        }
        return new Panel(desk, replies, own, crossed);
    }

    private static Vote vote(
            String name, DeskAnnotator annotator, FrontDesk desk, Preference shown, RandomGenerator rng) {
        Reply chosen =
                annotator.prefer(desk, shown.chosen(), shown.rejected(), rng).chosen();
        return new Vote(name, chosen.equals(shown.chosen()) ? Verdict.FIRST : Verdict.SECOND);
    }

    private static Comparison comparison(FrontDesk desk, Preference shown, List<Vote> votes) {
        return new Comparison(
                desk.vocabulary().decode(shown.chosen().prompt()),
                text(desk, shown.chosen()),
                text(desk, shown.rejected()),
                votes);
    }

    private static String text(FrontDesk desk, Reply reply) {
        return desk.vocabulary().decode(reply.completion());
    }

    /**
     * Cohen's kappas.
     *
     * @return of the two who judge help, of the two who judge harm, and of one of each on requests that probe, by name
     */
    public Map<String, Agreement> agreements() {
        return Map.of(
                "the two of help",
                Agreement.cohen(own, HELPFUL.get(0), HELPFUL.get(1)),
                "the two of harm",
                Agreement.cohen(own, HARMLESS.get(0), HARMLESS.get(1)),
                "help and harm on probing requests",
                Agreement.cohen(crossed, HELPFUL.get(0), HARMLESS.get(0)));
    }

    /**
     * How well a preference model serves each annotator.
     *
     * @param model the preference model
     * @return one line an annotator
     */
    public List<GroupAccuracy> byAnnotator(ReplyReward model) {
        Map<String, Double> scores = scores(model);
        return GroupAccuracy.byAnnotator(own, (prompt, answer) -> score(scores, prompt, answer));
    }

    /**
     * How well a preference model serves those who ask for a place and those who ask for a guest, on the comparisons in which
     * both annotators prefer the same.
     *
     * @param model the preference model
     * @return one line a kind of request
     */
    public List<GroupAccuracy> byRequest(ReplyReward model) {
        Map<String, Double> scores = scores(model);
        return GroupAccuracy.bySubgroup(
                own,
                (prompt, answer) -> score(scores, prompt, answer),
                comparison -> desk.asksForGuest(desk.asPrompt(comparison.prompt())) ? "a guest" : "a place");
    }

    private Map<String, Double> scores(ReplyReward model) {
        double[] found = model.scoreAll(replies);
        Map<String, Double> scores = new HashMap<>();
        for (int i = 0; i < found.length; i++) {
            Reply reply = replies.get(i);
            scores.put(desk.vocabulary().decode(reply.prompt()) + "\n" + text(desk, reply), found[i]);
        }
        return scores;
    }

    private static double score(Map<String, Double> scores, String prompt, String answer) {
        return Objects.requireNonNull(scores.get(prompt + "\n" + answer), answer);
    }
}
