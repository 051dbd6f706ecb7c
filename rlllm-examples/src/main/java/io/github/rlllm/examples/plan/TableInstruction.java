package io.github.rlllm.examples.plan;

import io.github.rlllm.engine.world.blocks.BlocksState;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.engine.world.blocks.TableThing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An instruction about the table with what it means: our own wordings, from {@code table-instructions.tsv}, whose colours
 * and corners are drawn. Fitted on are those of the split {@code fit}; {@code dev} is for looking, {@code heldout} for
 * figures.
 *
 * @param family as in SayCan's table: single, nouns, verbs, structured, embodiment, crowd or long
 * @param text the instruction
 * @param mentions what it names, in the order of the text
 * @param wishes what it asks for, in the order in which it is to be done
 */
record TableInstruction(String family, String text, List<Mention> mentions, List<TableWish> wishes) {
    /** The families, in the order of the table. */
    static final List<String> FAMILIES =
            List.of("single", "nouns", "verbs", "structured", "embodiment", "crowd", "long");

    private static final String FILE = "table-instructions.tsv";
    private static final Pattern MARK = Pattern.compile("\\[([^|]*)\\|([^:]*):([a-z0-9]*)\\]");
    private static final Pattern VARIABLE = Pattern.compile("\\{([a-z])([123]?)\\}");
    private static final String[][] COLOURS = {
        {"red", "yellow", "green", "blue"},
        {"scarlet", "lemon", "lime", "navy"},
        {"crimson", "golden", "emerald", "azure"},
        {"ruby", "amber", "olive", "sapphire"}
    };
    private static final String[] CORNERS = {"top left", "top right", "bottom left", "bottom right"};

    /**
     * What is named somewhere.
     *
     * @param end the index after its last character
     * @param kind as {@link TableWish} counts
     * @param quality which one
     * @param step the number of the step that it is about, 0 for none
     * @param moved whether it is what is moved, and not the target
     */
    record Mention(int end, int kind, int quality, int step, boolean moved) {}

    /** Every wording of a split, with colours and corners drawn. */
    static List<TableInstruction> fill(String split, RandomGenerator rng) {
        List<TableInstruction> filled = new ArrayList<>();
        for (String line : lines()) {
            String[] columns = line.split("\t");
            if (columns[0].equals(split)) {
                filled.add(filled(columns[1], columns[2], rng));
            }
        }
        if (filled.isEmpty()) {
            throw new IllegalArgumentException("split: " + split + " (expected: fit, dev or heldout)");
        }
        return filled;
    }

    private static List<String> lines() {
        try (InputStream in = TableInstruction.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + ": not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A wording with its variables drawn: the number of each is kept at its letter. */
    static TableInstruction filled(String family, String wording, RandomGenerator rng) {
        int[] drawn = new int['z' + 1];
        draw("abcd", drawn, rng);
        draw("pqrs", drawn, rng);
        draw("kl", drawn, rng);
        StringBuilder text = new StringBuilder();
        List<Mention> mentions = new ArrayList<>();
        Matcher mark = MARK.matcher(wording);
        int from = 0;
        while (mark.find()) {
            text.append(wording, from, mark.start());
            text.append(VARIABLE.matcher(mark.group(1)).replaceAll(found -> {
                int number = drawn[found.group(1).charAt(0)];
                return "kl".contains(found.group(1))
                        ? CORNERS[number]
                        : COLOURS[found.group(2).isEmpty() ? 0 : Integer.parseInt(found.group(2))][number];
            }));
            String how = mark.group(3);
            int step = how.length() > 1 ? how.charAt(1) - '0' : 0;
            mentions.add(mention(text.length(), mark.group(1), mark.group(2), step, how.startsWith("m"), drawn));
            from = mark.end();
        }
        text.append(wording.substring(from));
        return new TableInstruction(family, text.toString(), List.copyOf(mentions), wishes(mentions));
    }

    private static void draw(String names, int[] into, RandomGenerator rng) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < TableThing.blocks().size(); i++) {
            numbers.add(rng.nextInt(numbers.size() + 1), i);
        }
        for (int i = 0; i < names.length(); i++) {
            into[names.charAt(i)] = numbers.get(i);
        }
    }

    private static Mention mention(int end, String words, String what, int step, boolean moved, int[] drawn) {
        int quality = switch (what) {
            case "*" -> TableWish.ANY;
            case "2" -> TableWish.TWO;
            case "3" -> TableWish.THREE;
            case "+" -> TableWish.ALL;
            case "=" -> TableWish.MATCHING;
            case "m", "it" -> 0;
            case "k", "l" -> TableWish.CORNER_QUALITY + drawn[what.charAt(0)];
            default -> drawn[what.charAt(0)];
        };
        int kind = switch (what) {
            case "m" -> TableWish.MIDDLE;
            case "it" -> TableWish.IT;
            case "k", "l" -> TableWish.CORNER;
            case "a", "b", "c", "d" -> TableWish.BLOCK;
            case "p", "q", "r", "s", "=" -> TableWish.BOWL;
            default ->
                moved || words.contains("block")
                        ? TableWish.BLOCK
                        : words.contains("corner") ? TableWish.CORNER : TableWish.BOWL;
        };
        return new Mention(end, kind, quality, step, moved);
    }

    /** One wish a step; a target that is named once serves the steps before it that have none. */
    private static List<TableWish> wishes(List<Mention> mentions) {
        Map<Integer, Mention> moved = new TreeMap<>();
        Map<Integer, Mention> targets = new TreeMap<>();
        for (Mention mention : mentions) {
            if (mention.step > 0) {
                (mention.moved ? moved : targets).put(mention.step, mention);
            }
        }
        List<TableWish> wishes = new ArrayList<>();
        moved.forEach((step, block) -> {
            Mention target = targets.get(step);
            if (target == null) {
                target = mentions.stream()
                        .filter(mention -> !mention.moved && mention.step > 0)
                        .min(Comparator.comparingInt(mention -> Math.abs(mention.step - step)))
                        .orElseThrow();
            }
            wishes.add(new TableWish(block.quality, target.kind, target.quality));
        });
        return List.copyOf(wishes);
    }

    /**
     * Whether a run did what was asked. Every wish in its order with distinct blocks, then done; of all blocks those that
     * can be moved. Or as far as it goes: giving up is right where no skill of the next wish is possible.
     *
     * @param succeeded the skills that succeeded, in their order
     * @param done whether the planner said that it is done
     * @param gaveUp whether the planner gave up
     * @param last the state at the end
     */
    boolean matches(List<PickPlace> succeeded, boolean done, boolean gaveUp, BlocksState last) {
        int at = 0;
        for (TableWish wish : wishes) {
            Set<TableThing> used = new HashSet<>();
            while (at < succeeded.size()
                    && used.size() < wish.count()
                    && wish.admits(succeeded.get(at))
                    && used.add(succeeded.get(at).block())) {
                at++;
            }
            if (used.size() < wish.count()) {
                boolean possible = wish.goals().stream()
                        .anyMatch(goal -> !used.contains(goal.block()) && !last.achieved(goal) && last.possible(goal));
                boolean rest = wish.moved() == TableWish.ALL && done && wishes.size() == 1 && at > 0;
                return at == succeeded.size() && !possible && (gaveUp || rest);
            }
        }
        return done && at == succeeded.size();
    }
}
