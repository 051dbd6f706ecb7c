package io.github.rlllm.examples;

import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tables of text with aligned columns. */
final class TextTable {
    private final List<String[]> rows = new ArrayList<>();

    TextTable(String... header) {
        rows.add(header);
    }

    void add(String... cells) {
        rows.add(cells);
    }

    /** The rows of a result with its aims below. */
    static String of(Result result) {
        TextTable table = new TextTable("arm", "model", "metric", "mean", "95 % interval", "n", "unit");
        for (Arm arm : result.arms()) {
            String name = arm.name();
            String model = arm.model();
            for (Map.Entry<String, Metric> entry : arm.metrics().entrySet()) {
                Metric metric = entry.getValue();
                table.add(
                        name,
                        model,
                        entry.getKey(),
                        number(metric.mean()),
                        "[" + number(metric.low()) + ", " + number(metric.high()) + "]",
                        Integer.toString(metric.n()),
                        metric.unit());
                name = "";
                model = "";
            }
        }
        TextTable aims = new TextTable("aim", "value", "bound", "holds");
        for (Aim aim : result.aims()) {
            aims.add(aim.name(), number(aim.value()), number(aim.bound()), aim.holds() ? "yes" : "NO");
        }
        return table + (result.aims().isEmpty() ? "" : "\n" + aims);
    }

    /** A number with about four digits. */
    static String number(double value) {
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1e7) {
            return String.format(Locale.ROOT, "%,d", (long) value);
        }
        String format = size >= 1e7 ? "%.4g" : size >= 1000 ? "%,.0f" : size >= 10 ? "%.2f" : "%.4f";
        return String.format(Locale.ROOT, format, value);
    }

    @Override
    public String toString() {
        int[] widths = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int c = 0; c < row.length; c++) {
                widths[c] = Math.max(widths[c], row[c].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            text.append(line(rows.get(r), widths)).append('\n');
            if (r == 0) {
                String[] rule = new String[widths.length];
                for (int c = 0; c < rule.length; c++) {
                    rule[c] = "-".repeat(widths[c]);
                }
                text.append(line(rule, widths)).append('\n');
            }
        }
        return text.toString();
    }

    private static String line(String[] cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < cells.length; c++) {
            line.append(cells[c]).append(" ".repeat(widths[c] - cells[c].length() + 2));
        }
        return line.toString().stripTrailing();
    }
}
