package io.github.rlllm.examples.plan;

import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.engine.world.secret.RoomObject;
import io.github.rlllm.engine.world.secret.SecretRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A room with secrets as an SVG: the objects with what nobody sees of them, the cells that the Actor saw at the start, its way, and
 * beside it the task and what was said.
 */
final class RoomPicture {
    private static final int CELL = 42;
    private static final int LEFT = 12;
    private static final int TOP = 40;
    private static final int ROOM = CELL * SecretRoom.SIZE;
    private static final int TEXT = LEFT + ROOM + 24;
    private static final int WIDTH = TEXT + 460;
    private static final int LINE = 18;
    private static final int LONGEST = 62;

    private RoomPicture() {}

    /**
     * Draws.
     *
     * @param title what is shown
     * @param room at the start of the episode
     * @param path the cells on which the Actor was, from the start
     * @param history what the Planner was told
     * @param success whether the task was fulfilled
     * @return a whole SVG document that needs nothing else
     */
    static String svg(String title, SecretRoom room, List<Integer> path, List<PlanEvent> history, boolean success) {
        StringBuilder svg = new StringBuilder();
        int height = TOP + Math.max(ROOM, LINE * (8 + 2 * history.size())) + LEFT;
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">",
                WIDTH,
                height,
                WIDTH,
                height);
        add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, height);
        add(svg, "<text x=\"%d\" y=\"24\" font-size=\"15\">%s</text>", LEFT, escaped(title));
        grid(svg, path.get(0));
        RoomObject target = room.task().named().get(room.task().target());
        for (RoomObject object : room.objects()) {
            object(svg, room, object, object.equals(target));
        }
        way(svg, path);
        words(svg, room.task().text(), history, success);
        return svg.append("</svg>\n").toString();
    }

    private static void grid(StringBuilder svg, int start) {
        for (int cell = 0; cell < SecretRoom.SIZE * SecretRoom.SIZE; cell++) {
            boolean seen = Math.abs(cell / SecretRoom.SIZE - start / SecretRoom.SIZE) <= 2
                    && Math.abs(cell % SecretRoom.SIZE - start % SecretRoom.SIZE) <= 2;
            add(
                    svg,
                    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" stroke=\"#bbb\"/>",
                    LEFT + cell % SecretRoom.SIZE * CELL,
                    TOP + cell / SecretRoom.SIZE * CELL,
                    CELL,
                    CELL,
                    seen ? "#fff6d5" : "#f2f2f2");
        }
    }

    private static void object(StringBuilder svg, SecretRoom room, RoomObject object, boolean target) {
        double x = x(room.cell(object));
        double y = y(room.cell(object)) - 4;
        String fill = object.colour().name().toLowerCase(Locale.ROOT);
        switch (object.shape()) {
            case BALL -> add(svg, "<circle cx=\"%.0f\" cy=\"%.0f\" r=\"10\" fill=\"%s\"/>", x, y, fill);
            case BOX ->
                add(svg, "<rect x=\"%.0f\" y=\"%.0f\" width=\"18\" height=\"18\" fill=\"%s\"/>", x - 9, y - 9, fill);
            case CONE -> polygon(svg, fill, x, y - 10, x + 10, y + 9, x - 10, y + 9);
            case DIAMOND -> polygon(svg, fill, x, y - 11, x + 9, y, x, y + 11, x - 9, y);
            case CROSS ->
                add(
                        svg,
                        "<path d=\"M%.0f %.0fl16 16m0 -16l-16 16\" stroke=\"%s\" stroke-width=\"5\"/>",
                        x - 8,
                        y - 8,
                        fill);
            case RING ->
                add(
                        svg,
                        "<circle cx=\"%.0f\" cy=\"%.0f\" r=\"8\" fill=\"none\" stroke=\"%s\" stroke-width=\"5\"/>",
                        x,
                        y,
                        fill);
        }
        add(
                svg,
                "<text x=\"%.0f\" y=\"%.0f\" font-size=\"9\" text-anchor=\"middle\">%s</text>",
                x,
                y + 21,
                room.secret(object).word());
        if (target) {
            add(
                    svg,
                    "<rect x=\"%.0f\" y=\"%.0f\" width=\"38\" height=\"38\" fill=\"none\" stroke=\"#0a6\""
                            + " stroke-width=\"2\"/>",
                    x - 19,
                    y - 15);
        }
    }

    private static void polygon(StringBuilder svg, String fill, double... corners) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < corners.length; i += 2) {
            points.append(String.format(Locale.ROOT, "%.0f,%.0f ", corners[i], corners[i + 1]));
        }
        add(svg, "<polygon points=\"%s\" fill=\"%s\"/>", points.toString().strip(), fill);
    }

    private static void way(StringBuilder svg, List<Integer> path) {
        StringBuilder points = new StringBuilder();
        for (int cell : path) {
            points.append(String.format(Locale.ROOT, "%.0f,%.0f ", x(cell), y(cell)));
        }
        add(
                svg,
                "<polyline points=\"%s\" fill=\"none\" stroke=\"#333\" stroke-width=\"2\" stroke-dasharray=\"4 3\"/>",
                points.toString().strip());
        add(svg, "<circle cx=\"%.0f\" cy=\"%.0f\" r=\"5\" fill=\"#333\"/>", x(path.get(0)), y(path.get(0)));
    }

    private static void words(StringBuilder svg, String task, List<PlanEvent> history, boolean success) {
        List<String> lines = new ArrayList<>(wrapped(task));
        lines.add("");
        for (PlanEvent event : history) {
            lines.addAll(wrapped(event.text()));
        }
        lines.add("");
        lines.add(success ? "The task is fulfilled." : "The task is not fulfilled.");
        lines.add("Dot: start. Yellow: seen from there. Green: the one that is meant.");
        for (int i = 0; i < lines.size(); i++) {
            add(svg, "<text x=\"%d\" y=\"%d\">%s</text>", TEXT, TOP + LINE * (i + 1), escaped(lines.get(i)));
        }
    }

    private static List<String> wrapped(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() + word.length() > LONGEST && line.length() > 0) {
                lines.add(line.toString());
                line.setLength(0);
                line.append("   ");
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private static double x(int cell) {
        return LEFT + (cell % SecretRoom.SIZE + 0.5) * CELL;
    }

    private static double y(int cell) {
        return TOP + (cell / SecretRoom.SIZE + 0.5) * CELL;
    }

    private static void add(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
