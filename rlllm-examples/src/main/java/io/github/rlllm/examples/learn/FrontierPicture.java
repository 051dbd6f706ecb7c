package io.github.rlllm.examples.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reward against divergence from the reference as an SVG: the frontier that no policy can be above, and where each method
 * ended. Methods that ended at one place share a mark.
 */
final class FrontierPicture {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 440;
    private static final int LEFT = 60;
    private static final int RIGHT = 20;
    private static final int TOP = 20;
    private static final int BOTTOM = 50;
    /** Marks nearer than this, in pixels, are one. */
    private static final double SAME = 12;

    private static final int LINE = 14;

    /**
     * A place in the picture.
     *
     * @param name what is there
     * @param kl KL(pi || ref) in nats
     * @param reward the expected reward
     */
    record Point(String name, double kl, double reward) {}

    private final double greatestKl;
    private final double leastReward;
    private final double greatestReward;
    /** Boxes that are taken: left, right, top, bottom. */
    private final List<double[]> taken = new ArrayList<>();

    private FrontierPicture(List<Point> points) {
        greatestKl = 1.1 * points.stream().mapToDouble(Point::kl).max().orElseThrow();
        leastReward =
                Math.min(0, points.stream().mapToDouble(Point::reward).min().orElseThrow());
        greatestReward = 1.1 * points.stream().mapToDouble(Point::reward).max().orElseThrow();
    }

    /** The picture of methods under a frontier whose points are in order. */
    static String svg(List<Point> frontier, List<Point> methods) {
        return new FrontierPicture(methods).draw(frontier, methods);
    }

    private String draw(List<Point> frontier, List<Point> methods) {
        StringBuilder svg = new StringBuilder();
        line(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">",
                WIDTH,
                HEIGHT);
        line(svg, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
        for (int tick = 0; tick <= greatestKl; tick++) {
            line(svg, "<path d=\"M%.1f %d V%d\" stroke=\"#ddd\"/>", x(tick), TOP, HEIGHT - BOTTOM);
            text(svg, x(tick), HEIGHT - BOTTOM + 18, "middle", Integer.toString(tick));
        }
        for (double tick = 0; tick <= greatestReward; tick += 0.5) {
            line(svg, "<path d=\"M%d %.1f H%d\" stroke=\"#ddd\"/>", LEFT, y(tick), WIDTH - RIGHT);
            text(svg, LEFT - 8, y(tick) + 4, "end", String.format(Locale.ROOT, "%.1f", tick));
        }
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", "KL(pi || ref), nats");
        text(svg, LEFT + 8, TOP + 14, "start", "expected reward");
        StringBuilder path = new StringBuilder();
        for (Point point : frontier) {
            if (point.kl() <= greatestKl) {
                path.append(String.format(
                        Locale.ROOT, "%s%.1f %.1f", path.length() == 0 ? "M" : " L", x(point.kl()), y(point.reward())));
            }
        }
        line(svg, "<path d=\"%s\" fill=\"none\" stroke=\"#4c72b0\" stroke-width=\"2\"/>", path);
        for (Point point : frontier) {
            double x = x(point.kl());
            double y = y(point.reward());
            taken.add(new double[] {x - 1, x + 1, y - 1, y + 1});
        }
        List<List<Point>> groups = together(methods);
        for (List<Point> group : groups) {
            double x = x(group.get(0).kl());
            double y = y(group.get(0).reward());
            line(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#c44e52\"/>", x, y);
            taken.add(new double[] {x - 5, x + 5, y - 5, y + 5});
        }
        for (List<Point> group : groups) {
            Point first = group.get(0);
            // Above the frontier there is room, as nothing can be there.
            boolean high = frontier.stream().anyMatch(best -> near(best, first));
            label(
                    svg,
                    x(first.kl()),
                    y(first.reward()),
                    high,
                    group.stream().map(Point::name).toList());
        }
        return svg.append("</svg>\n").toString();
    }

    /** Names beside a mark, where none stands yet: to the left and upwards from a high one, else to the right. */
    private void label(StringBuilder svg, double x, double y, boolean high, List<String> names) {
        double wide = 7.0 * names.stream().mapToInt(String::length).max().orElseThrow();
        double tall = names.size() * LINE;
        for (int move = 0; ; move++) {
            boolean right = move % 2 == (high ? 1 : 0);
            double shift = (move / 2 % 2 == 0 ? 1 : -1) * ((move + 2) / 4) * LINE;
            double top = y + shift + (high && !right ? LINE / 2.0 - tall : -LINE / 2.0);
            double from = right ? x + 9 : x - 9 - wide;
            double[] box = {from, from + wide, top, top + tall};
            boolean inside = from >= LEFT && from + wide <= WIDTH && box[3] <= HEIGHT - BOTTOM + LINE / 2.0;
            if (move == 40 || inside && taken.stream().noneMatch(other -> overlap(box, other))) {
                taken.add(box);
                for (int i = 0; i < names.size(); i++) {
                    text(svg, right ? x + 9 : x - 9, top + LINE * (i + 0.8), right ? "start" : "end", names.get(i));
                }
                return;
            }
        }
    }

    private static boolean overlap(double[] one, double[] other) {
        return one[0] < other[1] && other[0] < one[1] && one[2] < other[3] && other[2] < one[3];
    }

    private List<List<Point>> together(List<Point> points) {
        List<List<Point>> groups = new ArrayList<>();
        for (Point point : points) {
            groups.stream()
                    .filter(group -> near(group.get(0), point))
                    .findFirst()
                    .orElseGet(() -> {
                        groups.add(new ArrayList<>());
                        return groups.get(groups.size() - 1);
                    })
                    .add(point);
        }
        return groups;
    }

    private boolean near(Point one, Point other) {
        return Math.hypot(x(one.kl()) - x(other.kl()), y(one.reward()) - y(other.reward())) < SAME;
    }

    private double x(double kl) {
        return LEFT + kl / greatestKl * (WIDTH - LEFT - RIGHT);
    }

    private double y(double reward) {
        double share = (reward - leastReward) / (greatestReward - leastReward);
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        String plain = text.replace("&", "&amp;").replace("<", "&lt;");
        line(svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, plain);
    }

    private static void line(StringBuilder svg, String format, Object... parts) {
        svg.append(String.format(Locale.ROOT, format, parts)).append('\n');
    }
}
