package io.github.rlllm.examples.plan;

import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.SkillResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What happened while a plan ran as an SVG, oldest at the top: a mark and a line for every skill, by how it ended, and what
 * was said indented beside it. Equal events in a row share a line. Time is the order of events, which is all that they know.
 */
public final class PlanTimeline {
    /** The most lines; of a longer plan the middle is left out, and the picture says how much. */
    static final int MOST_LINES = 120;

    private static final int WIDTH = 860;
    private static final int TOP = 44;
    private static final int LINE = 19;
    private static final int NUMBERS = 44;
    private static final int AXIS = 58;
    private static final int SKILLS = 74;
    private static final int SPOKEN = 104;
    /** Characters of a line that fit into the picture. */
    private static final int LONGEST = 104;

    /**
     * A line of the picture.
     *
     * @param event what happened
     * @param first its number, from 1
     * @param times how often in a row
     */
    private record Line(PlanEvent event, int first, int times) {}

    private PlanTimeline() {}

    /**
     * Writes the picture of a run where {@code report.html} shows it.
     *
     * @param folder the run's folder
     * @param name the file's name without its ending, of letters, digits and hyphens
     * @param title what is shown
     * @param events what happened, oldest first
     * @return the file {@code pictures/NAME.svg}
     * @throws IOException if it cannot be written
     * @throws IllegalArgumentException if the name has other characters
     */
    public static Path write(Path folder, String name, String title, List<? extends PlanEvent> events)
            throws IOException {
        if (!name.matches("[A-Za-z0-9-]+")) {
            throw new IllegalArgumentException("name: '" + name + "' (expected: letters, digits and hyphens)");
        }
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        return Files.writeString(pictures.resolve(name + ".svg"), svg(title, events));
    }

    /**
     * Draws.
     *
     * @param title what is shown
     * @param events what happened, oldest first; may be empty
     * @return a whole SVG document that needs nothing else
     */
    public static String svg(String title, List<? extends PlanEvent> events) {
        List<Line> lines = folded(events);
        int hidden = Math.max(0, lines.size() - MOST_LINES);
        int shown = lines.size() - hidden + (hidden > 0 ? 1 : 0);
        int height = TOP + LINE * Math.max(1, shown) + 16;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">%n",
                WIDTH,
                height,
                WIDTH,
                height));
        svg.append(String.format(Locale.ROOT, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n", WIDTH, height));
        svg.append("<title>").append(plain(title)).append("</title>\n");
        text(svg, 12, 22, "font-size=\"14\" font-weight=\"bold\"", cut(title));
        svg.append(
                String.format(Locale.ROOT, "<path d=\"M%d %d V%d\" stroke=\"#bbb\"/>%n", AXIS, TOP - 10, height - 12));
        int y = TOP;
        for (int i = 0; i < lines.size(); i++) {
            if (hidden > 0 && i == MOST_LINES / 2) {
                text(svg, SPOKEN, y + 4, "fill=\"#666\"", hidden + " lines of " + lines.size() + " are left out");
                y += LINE;
                i += hidden;
            }
            draw(svg, y, lines.get(i));
            y += LINE;
        }
        if (lines.isEmpty()) {
            text(svg, SPOKEN, y + 4, "fill=\"#666\"", "nothing happened");
        }
        return svg.append("</svg>\n").toString();
    }

    private static List<Line> folded(List<? extends PlanEvent> events) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            Line last = lines.isEmpty() ? null : lines.get(lines.size() - 1);
            if (last != null && last.event().text().equals(events.get(i).text())) {
                lines.set(lines.size() - 1, new Line(last.event(), last.first(), last.times() + 1));
            } else {
                lines.add(new Line(events.get(i), i + 1, 1));
            }
        }
        return lines;
    }

    private static void draw(StringBuilder svg, int y, Line line) {
        SkillResult result = line.event().result();
        String words = line.event().text() + (line.times() > 1 ? " (" + line.times() + " times)" : "");
        text(svg, NUMBERS, y + 4, "fill=\"#999\" text-anchor=\"end\"", Integer.toString(line.first()));
        if (result == null) {
            svg.append(String.format(Locale.ROOT, "<circle cx=\"%d\" cy=\"%d\" r=\"2\" fill=\"#bbb\"/>%n", AXIS, y));
            text(svg, SPOKEN, y + 4, "fill=\"#555\" font-style=\"italic\"", cut(words));
            return;
        }
        String colour = colour(result.status());
        if (result.success()) {
            svg.append(
                    String.format(Locale.ROOT, "<circle cx=\"%d\" cy=\"%d\" r=\"5\" fill=\"%s\"/>%n", AXIS, y, colour));
        } else {
            // A shape of its own: colour alone does not tell everybody.
            svg.append(String.format(
                    Locale.ROOT,
                    "<path d=\"M%d %d l10 10 m0 -10 l-10 10\" stroke=\"%s\" stroke-width=\"3\"/>%n",
                    AXIS - 5,
                    y - 5,
                    colour));
        }
        text(svg, SKILLS, y + 4, "fill=\"" + (result.success() ? "#222" : colour) + "\"", cut(words));
    }

    private static String colour(SkillResult.Status status) {
        return switch (status) {
            case SUCCESS -> "#3a923a";
            case FAILED, PRECONDITION -> "#c03d3e";
            case TIMEOUT, CANCELLED -> "#c77a1b";
            case UNAVAILABLE -> "#7f7f7f";
        };
    }

    private static String cut(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST - 3) + "..." : text;
    }

    private static void text(StringBuilder svg, int x, int y, String style, String text) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" %s>%s</text>%n", x, y, style, plain(text)));
    }

    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> plain.append("&amp;");
                case '<' -> plain.append("&lt;");
                case '>' -> plain.append("&gt;");
                // What XML has no place for, such as control characters in what a model said.
                default ->
                    plain.appendCodePoint(
                            c < ' ' || c >= 0xD800 && c <= 0xDFFF || c == 0xFFFE || c == 0xFFFF ? ' ' : c);
            }
        });
        return plain.toString();
    }
}
