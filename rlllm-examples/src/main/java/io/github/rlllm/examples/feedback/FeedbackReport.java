package io.github.rlllm.examples.feedback;

import io.github.rlllm.rl4llm.feedback.Agreement;
import io.github.rlllm.rl4llm.feedback.Comparison;
import io.github.rlllm.rl4llm.feedback.FeedbackFile;
import io.github.rlllm.rl4llm.feedback.GroupAccuracy;
import io.github.rlllm.rl4llm.feedback.PairAccuracy;
import io.github.rlllm.rl4llm.feedback.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;

/** What a file of preferences holds, how far its annotators agree, and how often the longer answer is the preferred one. */
public final class FeedbackReport {
    /** With more annotators than this every two of them would be pages. */
    private static final int MOST_NAMED = 10;

    private FeedbackReport() {}

    /**
     * The figures as lines of text.
     *
     * @param file the comparisons
     * @return what holds and, where a figure cannot be computed, why
     */
    public static List<String> lines(FeedbackFile file) {
        List<Comparison> all = file.comparisons();
        List<String> names = List.copyOf(file.annotators());
        long preferred = all.stream().filter(one -> one.chosen().isPresent()).count();
        long ties = all.stream()
                .filter(one -> one.majority().filter(Verdict.TIE::equals).isPresent())
                .count();
        long open = all.stream().filter(one -> one.votes().isEmpty()).count();
        List<String> lines = new ArrayList<>();
        lines.add(all.size() + " comparisons of " + file.byPrompt().size() + " prompts, " + names.size()
                + " named annotators: " + preferred + " preferences, " + ties + " ties, "
                + (all.size() - preferred - ties - open) + " without a majority, " + open + " not judged");
        if (all.stream().noneMatch(one -> one.votes().size() > 1)) {
            lines.add("agreement: no comparison has two votes");
        } else {
            lines.add("Fleiss' kappa of all: " + text(Agreement.fleiss(all)));
            for (int i = 0; i < names.size() && names.size() <= MOST_NAMED; i++) {
                for (int j = i + 1; j < names.size(); j++) {
                    lines.add("Cohen's kappa of " + FeedbackConsole.visible(names.get(i)) + " and "
                            + FeedbackConsole.visible(names.get(j)) + ": "
                            + cohen(all, names.get(i), names.get(j)));
                }
            }
        }
        lines.add("accuracy of the longer answer: "
                + (preferred == 0 ? "nothing was preferred" : text(PairAccuracy.ofLongerAnswer(all))));
        return lines;
    }

    /**
     * How well a reward model agrees with the annotators: all together, each of them, and where the longer and where the shorter
     * answer was preferred, with Wilson's 95 % interval and the longer answer's accuracy beside it.
     *
     * @param file the comparisons
     * @param score of a prompt and an answer, finite; higher is better; asked once about each
     * @return the figures as lines of text
     */
    public static List<String> lines(FeedbackFile file, ToDoubleBiFunction<String, String> score) {
        List<Comparison> all = file.comparisons();
        Map<List<String>, Double> known = new HashMap<>();
        ToDoubleBiFunction<String, String> once = (prompt, answer) -> {
            List<String> key = List.of(prompt, answer);
            Double found = known.get(key);
            if (found == null) {
                found = score.applyAsDouble(prompt, answer);
                known.put(key, found);
            }
            return found;
        };
        List<String> lines = new ArrayList<>();
        GroupAccuracy.bySubgroup(all, once, one -> "all").forEach(one -> lines.add(text(one)));
        GroupAccuracy.byAnnotator(all, once).stream()
                .filter(one -> !one.group().isEmpty())
                .forEach(one -> lines.add("by " + text(one)));
        GroupAccuracy.bySubgroup(all, once, FeedbackReport::preferredLength)
                .forEach(one -> lines.add("where " + text(one)));
        if (lines.isEmpty()) {
            lines.add("accuracy of the reward model: nothing was preferred");
        }
        return lines;
    }

    private static String preferredLength(Comparison comparison) {
        int chosen = length(comparison.chosen().orElse(""));
        int rejected = length(comparison.rejected().orElse(""));
        return chosen > rejected
                ? "the longer was preferred"
                : chosen < rejected ? "the shorter was preferred" : "both are equally long";
    }

    private static int length(String answer) {
        return answer.codePointCount(0, answer.length());
    }

    private static String text(GroupAccuracy one) {
        return String.format(
                Locale.ROOT,
                "%s: accuracy of the reward model %.3f (%.3f to %.3f) of %d, of the longer answer %.3f",
                FeedbackConsole.visible(one.group()),
                one.accuracy().accuracy(),
                one.low(),
                one.high(),
                one.accuracy().pairs(),
                one.longer().accuracy());
    }

    private static String cohen(List<Comparison> all, String one, String other) {
        boolean met = all.stream()
                .anyMatch(pair -> List.of(one, other).stream()
                        .allMatch(name -> pair.votes().stream()
                                .anyMatch(vote -> vote.annotator().equals(name))));
        return met ? text(Agreement.cohen(all, one, other)) : "no comparison in common";
    }

    private static String text(Agreement agreement) {
        return String.format(
                Locale.ROOT,
                "%.3f (observed %.3f, chance %.3f, %d comparisons)",
                agreement.kappa(),
                agreement.observed(),
                agreement.expected(),
                agreement.items());
    }

    private static String text(PairAccuracy accuracy) {
        return String.format(
                Locale.ROOT, "%.3f of %d, %d equally long", accuracy.accuracy(), accuracy.pairs(), accuracy.ties());
    }
}
