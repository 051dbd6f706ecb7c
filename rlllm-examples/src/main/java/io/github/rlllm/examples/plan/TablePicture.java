package io.github.rlllm.examples.plan;

import io.github.rlllm.engine.world.blocks.BlocksState;
import io.github.rlllm.engine.world.blocks.TableThing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tables of blocks as an SVG, one beside the other: how a plan went. The arm is below; what is shaded is beyond its reach. */
final class TablePicture {
    private static final int CELL = 26;
    private static final int GAP = 18;
    private static final int TOP = 46;
    private static final int BOTTOM = 42;
    private static final int A_ROW = 5;
    /** Characters of a caption that fit under a table. */
    private static final int A_LINE = 34;

    private static final List<String> FILL = List.of("#d33", "#e8b500", "#2a9d4a", "#2f6fde");

    private TablePicture() {}

    /**
     * Writes the picture where {@code report.html} shows it.
     *
     * @param folder the run's folder
     * @param name the file's name without its ending, of letters, digits and hyphens
     * @param title what is shown
     * @param states at least one
     * @param captions one a state, in words
     * @return the file {@code pictures/NAME.svg}
     * @throws IOException if it cannot be written
     */
    static Path write(Path folder, String name, String title, List<BlocksState> states, List<String> captions)
            throws IOException {
        if (!name.matches("[A-Za-z0-9-]+")) {
            throw new IllegalArgumentException("name: '" + name + "' (expected: letters, digits and hyphens)");
        }
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        return Files.writeString(pictures.resolve(name + ".svg"), svg(title, states, captions));
    }

    static String svg(String title, List<BlocksState> states, List<String> captions) {
        int table = BlocksState.WIDTH * CELL;
        int height = BlocksState.DEPTH * CELL + BOTTOM;
        int columns = Math.min(A_ROW, states.size());
        int rows = (states.size() + A_ROW - 1) / A_ROW;
        int width = Math.max(640, GAP + columns * (table + GAP));
        StringBuilder svg =
                new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + width + "\" height=\""
                        + (TOP + rows * height) + "\" font-family=\"system-ui,sans-serif\" font-size=\"11\">\n");
        svg.append("<title>").append(escaped(title)).append("</title>\n");
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        svg.append("<text x=\"18\" y=\"24\" font-size=\"15\">")
                .append(escaped(title))
                .append("</text>\n");
        for (int i = 0; i < states.size(); i++) {
            int x = GAP + i % A_ROW * (table + GAP);
            int y = TOP + i / A_ROW * height;
            svg.append("<g transform=\"translate(")
                    .append(x)
                    .append(' ')
                    .append(y)
                    .append(")\">\n");
            table(svg, states.get(i));
            caption(svg, captions.get(i));
            svg.append("</g>\n");
        }
        return svg.append("</svg>\n").toString();
    }

    /** In two lines where one would reach into the next table. */
    private static void caption(StringBuilder svg, String words) {
        int end = words.length() <= A_LINE ? words.length() : Math.max(1, words.lastIndexOf(' ', A_LINE));
        String[] lines = {words.substring(0, end), words.substring(end).strip()};
        for (int i = 0; i < lines.length; i++) {
            if (!lines[i].isEmpty()) {
                svg.append("<text x=\"0\" y=\"")
                        .append(BlocksState.DEPTH * CELL + 14 + 13 * i)
                        .append("\">");
                svg.append(escaped(lines[i])).append("</text>\n");
            }
        }
    }

    private static void table(StringBuilder svg, BlocksState state) {
        rect(svg, 0, 0, BlocksState.WIDTH * CELL, BlocksState.DEPTH * CELL, "#f4efe6", "#999");
        int far = (BlocksState.DEPTH - BlocksState.REACH) * CELL;
        rect(svg, 0, 0, BlocksState.WIDTH * CELL, far, "#ddd", "none");
        for (TableThing place : TableThing.places()) {
            rect(svg, left(state, place) + 2, top(state, place) + 2, CELL - 4, CELL - 4, "none", "#bbb");
        }
        for (TableThing bowl : TableThing.bowls()) {
            if (state.present(bowl)) {
                svg.append("<circle cx=\"").append(left(state, bowl) + CELL / 2);
                svg.append("\" cy=\"").append(top(state, bowl) + CELL / 2);
                svg.append("\" r=\"").append(CELL / 2 - 2).append("\" fill=\"none\" stroke-width=\"4\" stroke=\"");
                svg.append(FILL.get(bowl.colour())).append("\"/>\n");
            }
        }
        for (int level = 0; level < TableThing.blocks().size(); level++) {
            for (TableThing block : TableThing.blocks()) {
                if (state.present(block) && state.held() != block && state.level(block) == level) {
                    block(svg, state, block, 4 * level);
                }
            }
        }
        TableThing held = state.held();
        if (held != null) {
            block(svg, state, held, 0);
        }
        int x = state.gripperX() * CELL;
        int y = (BlocksState.DEPTH - 1 - state.gripperY()) * CELL;
        svg.append("<path d=\"M")
                .append(x + 3)
                .append(' ')
                .append(y + 9)
                .append("v-6h")
                .append(CELL - 6);
        svg.append("v6\" fill=\"none\" stroke=\"#222\" stroke-width=\"2\"/>\n");
    }

    /** A block, larger where its size is; an H where it is heavy, which nobody on the table sees. */
    private static void block(StringBuilder svg, BlocksState state, TableThing block, int up) {
        int side = 10 + state.size(block);
        int x = left(state, block) + (CELL - side) / 2 + up / 2;
        int y = top(state, block) + (CELL - side) / 2 - up;
        rect(svg, x, y, side, side, FILL.get(block.colour()), "#333");
        if (state.heavy(block)) {
            svg.append("<text x=\"").append(x + side / 2 - 4).append("\" y=\"").append(y + side / 2 + 4);
            svg.append("\" fill=\"#fff\">H</text>\n");
        }
    }

    private static int left(BlocksState state, TableThing thing) {
        return state.x(thing) * CELL;
    }

    private static int top(BlocksState state, TableThing thing) {
        return (BlocksState.DEPTH - 1 - state.y(thing)) * CELL;
    }

    private static void rect(StringBuilder svg, int x, int y, int w, int h, String fill, String stroke) {
        svg.append("<rect x=\"")
                .append(x)
                .append("\" y=\"")
                .append(y)
                .append("\" width=\"")
                .append(w);
        svg.append("\" height=\"").append(h).append("\" fill=\"").append(fill);
        svg.append("\" stroke=\"").append(stroke).append("\"/>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
