package io.github.rlllm.rl4llm.feedback;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A file of preferences: JSON lines in UTF-8 of at most 1,000,000 bytes each, blank lines skipped. Where several named
 * annotators judged the same two answers to the same prompt, in whichever order, these are one comparison with several
 * votes.
 *
 * @param comparisons in the order of the file
 */
public record FeedbackFile(List<Comparison> comparisons) {
    private static final String TURN = "\n\nAssistant:";
    private static final int MOST_ANSWERS = 100;
    private static final int MOST_ANNOTATORS = 1_000;

    /** Copies. */
    public FeedbackFile {
        comparisons = List.copyOf(comparisons);
    }

    /**
     * Reads a file.
     *
     * @param file JSON lines
     * @param shape what its lines look like
     * @return its comparisons
     * @throws IOException if it cannot be read or a line is not of that shape; the message names file, line, what was found
     *     and what was expected
     */
    public static FeedbackFile read(Path file, Shape shape) throws IOException {
        List<Line> standing = new ArrayList<>();
        JsonLine.each(file, line -> {
            switch (shape) {
                case PAIRS -> pair(line, standing);
                case TRANSCRIPTS -> standing.add(new Line(List.of(transcripts(line))));
                case RANKINGS -> standing.add(new Line(ranking(line)));
                case VOTES -> standing.add(new Line(List.of(votes(line))));
            }
        });
        List<Comparison> comparisons = new ArrayList<>();
        standing.forEach(line -> comparisons.addAll(line.comparisons));
        return new FeedbackFile(merged(comparisons));
    }

    /** What a line said; none where it was skipped. */
    private record Line(List<Comparison> comparisons) {}

    private static void pair(JsonLine line, List<Line> standing) throws IOException {
        String verdict = line.has("verdict") ? line.text("verdict") : "";
        switch (verdict) {
            case "undo" -> {
                if (standing.isEmpty()) {
                    throw line.refused("undo with nothing before it", "a line that it takes back");
                }
                standing.remove(standing.size() - 1);
            }
            case "skip" -> standing.add(new Line(List.of()));
            case "tie" -> standing.add(new Line(List.of(two(line, List.of(new Vote(line.annotator(), Verdict.TIE))))));
            case "" ->
                standing.add(new Line(
                        List.of(line.has("first") && !line.has("chosen") ? two(line, List.of()) : preference(line))));
            default -> throw line.refused("verdict is " + verdict, "none, or one of tie, skip, undo");
        }
    }

    private static Comparison two(JsonLine line, List<Vote> votes) throws IOException {
        return new Comparison(line.text("prompt"), line.text("first"), line.text("second"), votes);
    }

    private static Comparison preference(JsonLine line) throws IOException {
        return new Comparison(
                line.text("prompt"),
                line.text("chosen"),
                line.text("rejected"),
                List.of(new Vote(line.annotator(), Verdict.FIRST)));
    }

    private static Comparison transcripts(JsonLine line) throws IOException {
        String chosen = line.text("chosen");
        String rejected = line.text("rejected");
        int common = 0;
        while (common < Math.min(chosen.length(), rejected.length())
                && chosen.charAt(common) == rejected.charAt(common)) {
            common++;
        }
        int turn = common < TURN.length() ? -1 : chosen.lastIndexOf(TURN, common - TURN.length());
        if (turn < 0) {
            throw line.refused(
                    "chosen and rejected part after " + common + " characters",
                    "a common beginning that ends with \"\\n\\nAssistant:\"");
        }
        int end = turn + TURN.length();
        return new Comparison(
                chosen.substring(0, end),
                chosen.substring(end).strip(),
                rejected.substring(end).strip(),
                List.of(new Vote(line.annotator(), Verdict.FIRST)));
    }

    private static List<Comparison> ranking(JsonLine line) throws IOException {
        String prompt = line.text("prompt");
        List<String> answers = line.texts("answers", 2, MOST_ANSWERS);
        int[] ranks = line.numbers("ranks", answers.size(), answers.size());
        List<Comparison> pairs = new ArrayList<>();
        for (int i = 0; i < ranks.length; i++) {
            for (int j = i + 1; j < ranks.length; j++) {
                Verdict verdict =
                        ranks[i] < ranks[j] ? Verdict.FIRST : ranks[i] > ranks[j] ? Verdict.SECOND : Verdict.TIE;
                pairs.add(new Comparison(
                        prompt, answers.get(i), answers.get(j), List.of(new Vote(line.annotator(), verdict))));
            }
        }
        return pairs;
    }

    private static Comparison votes(JsonLine line) throws IOException {
        String input = line.has("input") ? line.anyText("input") : "";
        String prompt = line.anyText("instruction") + (input.isBlank() ? "" : "\n\n" + input);
        if (prompt.isBlank()) {
            throw line.refused("instruction and input are blank", "a text in one of them");
        }
        int[] verdicts = line.numbers("annotators", 1, MOST_ANNOTATORS);
        List<Vote> votes = new ArrayList<>();
        for (int i = 0; i < verdicts.length; i++) {
            if (verdicts[i] < 0 || verdicts[i] > 2) {
                throw line.refused("annotators[" + i + "] is " + verdicts[i], "1, 2 or 0 for a tie");
            }
            Verdict verdict = verdicts[i] == 0 ? Verdict.TIE : Verdict.values()[verdicts[i] - 1];
            votes.add(new Vote(String.valueOf(i + 1), verdict));
        }
        return new Comparison(prompt, line.anyText("response1"), line.anyText("response2"), votes);
    }

    /** One comparison for each two answers that several named annotators judged. */
    private static List<Comparison> merged(List<Comparison> comparisons) {
        List<Comparison> merged = new ArrayList<>();
        Map<List<String>, Integer> places = new HashMap<>();
        for (Comparison comparison : comparisons) {
            boolean swapped = comparison.first().compareTo(comparison.second()) > 0;
            List<String> key = List.of(
                    comparison.prompt(),
                    swapped ? comparison.second() : comparison.first(),
                    swapped ? comparison.first() : comparison.second());
            Integer place = places.get(key);
            if (place != null && joins(merged.get(place), comparison)) {
                Comparison before = merged.get(place);
                Vote vote = comparison.votes().get(0);
                boolean same = before.first().equals(comparison.first());
                merged.set(
                        place,
                        before.with(
                                same
                                        ? vote
                                        : new Vote(
                                                vote.annotator(), vote.verdict().swapped())));
            } else {
                places.put(key, merged.size());
                merged.add(comparison);
            }
        }
        return merged;
    }

    /** Whether this is the single vote of a named annotator who has not voted there before, beside other named ones. */
    private static boolean joins(Comparison before, Comparison now) {
        return now.votes().size() == 1
                && !now.votes().get(0).annotator().isEmpty()
                && !before.votes().isEmpty()
                && before.votes().stream()
                        .noneMatch(vote -> vote.annotator().isEmpty()
                                || vote.annotator().equals(now.votes().get(0).annotator()));
    }

    /**
     * The comparisons of each prompt together, as a reward model reads rankings (Ouyang et al. 2022, section 3.5: all pairs of
     * a prompt in one batch element).
     *
     * @return a list for each prompt, in the order in which the prompts first appear
     */
    public List<List<Comparison>> byPrompt() {
        Map<String, List<Comparison>> prompts = new LinkedHashMap<>();
        comparisons.forEach(comparison -> prompts.computeIfAbsent(comparison.prompt(), key -> new ArrayList<>())
                .add(comparison));
        return List.copyOf(prompts.values());
    }

    /**
     * The annotators.
     *
     * @return names in order, without the empty one
     */
    public Set<String> annotators() {
        Set<String> names = new TreeSet<>();
        comparisons.forEach(comparison -> comparison.votes().forEach(vote -> names.add(vote.annotator())));
        names.remove("");
        return Collections.unmodifiableSet(names);
    }

    /**
     * Holds comparisons out. Those of one prompt stay together, so that none is held out of a prompt that was learned from.
     *
     * @param share of the prompts that are held out, 0 to 1, rounded to whole prompts
     * @param rng the source of randomness
     * @return the files to learn from and to hold out, in this order, each in the order of this one
     * @throws IllegalArgumentException if the share is not from 0 to 1
     */
    public List<FeedbackFile> split(double share, RandomGenerator rng) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " (expected: 0 to 1)");
        }
        List<List<Comparison>> prompts = byPrompt();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            order.add(rng.nextInt(i + 1), i);
        }
        Set<Integer> held = new TreeSet<>(order.subList(0, (int) Math.round(share * prompts.size())));
        List<Comparison> learn = new ArrayList<>();
        List<Comparison> out = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            (held.contains(i) ? out : learn).addAll(prompts.get(i));
        }
        return List.of(new FeedbackFile(learn), new FeedbackFile(out));
    }
}
