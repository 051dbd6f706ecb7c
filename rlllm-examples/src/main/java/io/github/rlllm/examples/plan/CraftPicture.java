package io.github.rlllm.examples.plan;

import io.github.rlllm.engine.world.craft.CraftWorld;
import java.util.Locale;
import java.util.Map;

/** A map of the crafting world as an SVG with a legend, as {@link CraftWorld#map} gives it. */
final class CraftPicture {
    private static final int CELL = 14;
    private static final int TOP = 34;
    private static final int LEGEND = 120;

    private static final Map<Character, String> COLOURS = Map.ofEntries(
            Map.entry('.', "#e3efd3"),
            Map.entry('~', "#7fb2e5"),
            Map.entry('T', "#2e7d32"),
            Map.entry('R', "#9e9e9e"),
            Map.entry('c', "#333333"),
            Map.entry('i', "#c98b5a"),
            Map.entry('g', "#18b7c9"),
            Map.entry('t', "#8d5524"),
            Map.entry('f', "#5d4037"),
            Map.entry('s', "#ffffff"),
            Map.entry('w', "#6d4c41"),
            Map.entry('@', "#d62728"));
    private static final Object[][] NAMES = {
        {'@', "agent"},
        {'T', "tree"},
        {'R', "rock"},
        {'c', "coal"},
        {'i', "iron"},
        {'g', "gem"},
        {'~', "water"},
        {'s', "sheep"},
        {'w', "cow"},
        {'t', "table"},
        {'f', "furnace"}
    };

    private CraftPicture() {}

    /** Draws a map; what moves is round. */
    static String svg(String title, String map) {
        String[] rows = map.split("\n");
        int width = rows[0].length() * CELL + LEGEND + 24;
        int height = TOP + rows.length * CELL + 12;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">%n<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n",
                width,
                height,
                width,
                height,
                width,
                height));
        svg.append(String.format(
                Locale.ROOT, "<text x=\"12\" y=\"22\" font-size=\"14\" font-weight=\"bold\">%s</text>%n", title));
        svg.append("<title>").append(title).append("</title>\n");
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < rows[y].length(); x++) {
                cell(svg, 12 + x * CELL, TOP + y * CELL, rows[y].charAt(x));
            }
        }
        int right = 12 + rows[0].length() * CELL + 14;
        for (int i = 0; i < NAMES.length; i++) {
            cell(svg, right, TOP + i * (CELL + 6), (Character) NAMES[i][0]);
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%d\" y=\"%d\">%s</text>%n",
                    right + CELL + 8,
                    TOP + i * (CELL + 6) + 11,
                    NAMES[i][1]));
        }
        return svg.append("</svg>\n").toString();
    }

    private static void cell(StringBuilder svg, int x, int y, char what) {
        boolean round = what == '@' || what == 's' || what == 'w';
        char ground = round ? '.' : what;
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n",
                x,
                y,
                CELL,
                CELL,
                COLOURS.get(ground)));
        if (round) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle cx=\"%d\" cy=\"%d\" r=\"%d\" fill=\"%s\" stroke=\"#555\"/>%n",
                    x + CELL / 2,
                    y + CELL / 2,
                    CELL / 2 - 2,
                    COLOURS.get(what)));
        }
    }
}
