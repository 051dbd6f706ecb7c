package io.github.rlllm.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.RunFolder;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a run leaves in its folder: {@code result.json} (the object of {@code --json}), {@code provenance.json} (from what
 * it came), {@code metrics.jsonl} (curves, or a line a seed where the run logged none) and {@code report.html} (all of it
 * in one page that needs nothing else and no network, with links to whatever else the run kept beside it). Every file
 * {@code metrics*.jsonl} of the folder is plotted: a curve for each figure, told apart by the optional figure {@code seed}.
 * Every {@code pictures/*.svg} is shown, under the title that it has or its name.
 */
final class Report {
    private static final String DIAGNOSIS = "diagnosis";
    private static final Map<String, String> SIGNATURES = Map.of(
            "plan", "plans that fail in the world",
            "skills", "skills too narrow",
            "reward", "a reward model that does not generalise");
    private static final int MOST_POINTS = 2_000;
    /** Where a run leaves pictures of its own. */
    private static final String PICTURES = "pictures";

    private static final Pattern TITLE = Pattern.compile("<title>([^<]*)</title>");
    /** The report itself, and what is hidden or half written. */
    private static final Pattern OWN = Pattern.compile("report\\.html|\\..*|.*\\.tmp");

    private static final String STYLE = """
            body{font-family:system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}
            table{border-collapse:collapse;margin:1rem 0;font-size:.9rem}
            th,td{padding:.25rem .7rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}
            td.n{text-align:right;font-variant-numeric:tabular-nums}.yes{color:#0a6}.no{color:#c22;font-weight:bold}
            img{max-width:100%;display:block;margin:1rem 0}pre{background:#f6f6f6;padding:1rem;overflow:auto}
            """;

    private Report() {}

    /** Writes the four files. */
    static void write(RunFolder folder, Result result, ObjectNode provenance) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        folder.write(
                "result.json",
                mapper.writerWithDefaultPrettyPrinter().writeValueAsString(ResultJson.of(result)) + "\n");
        String origin = mapper.writerWithDefaultPrettyPrinter().writeValueAsString(provenance);
        folder.write("provenance.json", origin + "\n");
        if (!Files.exists(folder.file("metrics.jsonl"))) {
            folder.write("metrics.jsonl", bySeed(result));
        }
        folder.write(
                "report.html",
                html(
                        result,
                        origin,
                        Plots.curves(curves(folder.path(), mapper)),
                        drawn(folder.path()),
                        kept(folder.path())));
    }

    /** Removes the curves and pictures of an earlier run, which are not those of the run that begins. */
    static void clearMetrics(RunFolder folder) throws IOException {
        for (Path file : metrics(folder.path())) {
            Files.delete(file);
        }
        for (Path file : pictures(folder.path())) {
            Files.delete(file);
        }
    }

    private static List<Path> pictures(Path folder) throws IOException {
        Path pictures = folder.resolve(PICTURES);
        if (!Files.isDirectory(pictures)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(pictures)) {
            return files.filter(path -> path.getFileName().toString().endsWith(".svg"))
                    .sorted()
                    .toList();
        }
    }

    /** The pictures that the run drew. They are embedded as images, in which no script runs and nothing is fetched. */
    private static Map<String, String> drawn(Path folder) throws IOException {
        Map<String, String> drawn = new LinkedHashMap<>();
        for (Path file : pictures(folder)) {
            String svg = Files.readString(file);
            Matcher title = TITLE.matcher(svg);
            String name = file.getFileName().toString().replaceAll("\\.svg$", "");
            String data = Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8));
            drawn.put(escaped(name) + (title.find() ? ": " + title.group(1) : ""), "data:image/svg+xml;base64," + data);
        }
        return drawn;
    }

    private static List<Path> metrics(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> path.getFileName().toString().matches("metrics.*\\.jsonl"))
                    .sorted()
                    .toList();
        }
    }

    /** What else lies in the folder, such as every reward that was generated. */
    private static List<Path> kept(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(path -> !OWN.matcher(path.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    /** A line a seed, for a run that logs no curve. */
    private static String bySeed(Result result) {
        StringBuilder lines = new StringBuilder();
        for (int seed = 1; seed <= result.seeds(); seed++) {
            ObjectNode line = new ObjectMapper().createObjectNode().put("seed", seed);
            for (Arm arm : result.arms()) {
                for (Map.Entry<String, Metric> metric : arm.metrics().entrySet()) {
                    List<Double> values = metric.getValue().values();
                    if (values.size() == result.seeds()) {
                        line.put(arm.name() + " / " + metric.getKey(), values.get(seed - 1));
                    }
                }
            }
            lines.append(line).append('\n');
        }
        return lines.toString();
    }

    private static Map<String, Map<String, Plots.Curve>> curves(Path folder, ObjectMapper mapper) throws IOException {
        Map<String, Map<String, Plots.Curve>> charts = new LinkedHashMap<>();
        for (Path file : metrics(folder)) {
            List<String> lines = Files.readAllLines(file);
            int stride = Math.max(1, lines.size() / MOST_POINTS);
            String group = file.getFileName().toString().replaceAll("^metrics-?|\\.jsonl$", "");
            for (int i = 0; i < lines.size(); i += stride) {
                line(charts, group, mapper.readTree(lines.get(i)));
            }
        }
        return charts;
    }

    private static void line(Map<String, Map<String, Plots.Curve>> charts, String group, JsonNode line) {
        if (!line.has("step")) {
            return;
        }
        String seed = line.has("seed") ? "seed " + line.get("seed").asText() : "value";
        line.properties().forEach(field -> {
            if (field.getValue().isNumber()
                    && !field.getKey().equals("step")
                    && !field.getKey().equals("seed")) {
                Plots.Curve curve = charts.computeIfAbsent(
                                (group.isEmpty() ? "" : group + ": ") + field.getKey(), key -> new LinkedHashMap<>())
                        .computeIfAbsent(seed, key -> new Plots.Curve());
                curve.steps().add(line.get("step").asDouble());
                curve.values().add(field.getValue().asDouble());
            }
        });
    }

    private static String html(
            Result result, String provenance, List<Plots.Picture> curves, Map<String, String> drawn, List<Path> kept)
            throws IOException {
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                + "<meta http-equiv=\"Content-Security-Policy\""
                + " content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n<title>");
        page.append(escaped(result.id()))
                .append("</title><style>")
                .append(STYLE)
                .append("</style></head><body>\n");
        page.append("<h1>").append(escaped(result.id())).append("</h1>\n<p>").append(escaped(headline(result)));
        page.append("</p>\n");
        diagnosis(page, result);
        aims(page, result);
        arms(page, result);
        List<Plots.Picture> bars = Plots.bars(result);
        if (!bars.isEmpty()) {
            page.append("<h2>Arms</h2>\n<p>Whiskers: half the width of the 95 % interval, whose ends are above.</p>\n");
            pictures(page, bars);
        }
        if (!curves.isEmpty()) {
            page.append("<h2>Curves</h2>\n");
            pictures(page, curves);
        }
        if (!drawn.isEmpty()) {
            page.append("<h2>Pictures</h2>\n");
            drawn.forEach((name, data) -> page.append("<h3>")
                    .append(name)
                    .append("</h3>\n<img alt=\"")
                    .append(name.replace("\"", "&quot;"))
                    .append("\" src=\"")
                    .append(data)
                    .append("\">\n"));
        }
        files(page, kept);
        page.append("<h2>Provenance</h2>\n<pre>").append(escaped(provenance)).append("</pre>\n</body></html>\n");
        return page.toString();
    }

    /** Seeds, time and machine in one line. */
    static String headline(Result result) {
        return result.id() + ": "
                + (result.seeds() == 1 ? "1 seed (a look, not a claim)" : result.seeds() + " seeds") + ", "
                + TextTable.number(result.seconds()) + " s, " + result.machine();
    }

    /** The failure signatures that were looked for, each with the seeds in which it was found. */
    static List<String> diagnosis(Result result) {
        List<String> lines = new ArrayList<>();
        for (Arm arm : result.arms()) {
            if (arm.name().endsWith(DIAGNOSIS)) {
                arm.metrics().forEach((fault, metric) -> {
                    long found = metric.values().stream()
                            .filter(value -> value >= 0.5)
                            .count();
                    lines.add(SIGNATURES.getOrDefault(fault, fault) + ": "
                            + (found == 0
                                    ? "no"
                                    : "FOUND in " + found + " of "
                                            + metric.values().size() + " seeds"));
                });
            }
        }
        return lines;
    }

    private static void diagnosis(StringBuilder page, Result result) {
        List<String> lines = diagnosis(result);
        if (!lines.isEmpty()) {
            page.append("<h2>Diagnosis</h2>\n<ul>\n");
            lines.forEach(line -> page.append("<li>").append(escaped(line)).append("</li>\n"));
            page.append("</ul>\n");
        }
    }

    private static void aims(StringBuilder page, Result result) {
        if (result.aims().isEmpty()) {
            return;
        }
        page.append("<h2>Aims</h2>\n<table><tr><th>aim</th><th>value</th><th>bound</th><th>holds</th></tr>\n");
        for (Aim aim : result.aims()) {
            page.append("<tr><td>").append(escaped(aim.name())).append("</td>");
            cell(page, TextTable.number(aim.value()));
            cell(page, TextTable.number(aim.bound()));
            page.append(aim.holds() ? "<td class=\"yes\">yes</td></tr>\n" : "<td class=\"no\">no</td></tr>\n");
        }
        page.append("</table>\n");
    }

    private static void arms(StringBuilder page, Result result) {
        page.append("<h2>Figures</h2>\n<table><tr><th>arm</th><th>model</th><th>metric</th><th>mean</th>"
                + "<th>95 % interval</th><th>n</th><th>unit</th></tr>\n");
        for (Arm arm : result.arms()) {
            arm.metrics().forEach((name, metric) -> {
                page.append("<tr><td>").append(escaped(arm.name())).append("</td><td>");
                page.append(escaped(arm.model()))
                        .append("</td><td>")
                        .append(escaped(name))
                        .append("</td>");
                cell(page, TextTable.number(metric.mean()));
                cell(page, "[" + TextTable.number(metric.low()) + ", " + TextTable.number(metric.high()) + "]");
                cell(page, Integer.toString(metric.n()));
                page.append("<td>").append(escaped(metric.unit())).append("</td></tr>\n");
            });
        }
        page.append("</table>\n");
    }

    /** Links that hold beside the page, wherever the folder is taken. */
    private static void files(StringBuilder page, List<Path> kept) throws IOException {
        page.append("<h2>Files</h2>\n<ul>\n");
        for (Path file : kept) {
            String name = file.getFileName().toString();
            String link = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
            page.append("<li><a href=\"./").append(link).append("\">").append(escaped(name));
            page.append("</a>, ").append(Files.size(file)).append(" bytes</li>\n");
        }
        page.append("</ul>\n");
    }

    private static void cell(StringBuilder page, String text) {
        page.append("<td class=\"n\">").append(escaped(text)).append("</td>");
    }

    private static void pictures(StringBuilder page, List<Plots.Picture> pictures) {
        for (Plots.Picture picture : pictures) {
            page.append("<img alt=\"").append(escaped(picture.title())).append("\" src=\"");
            page.append(picture.dataUri()).append("\">\n");
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
