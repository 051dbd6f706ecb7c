package io.github.rlllm.examples;

import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import java.awt.AWTError;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Charts as PNG data URIs, drawn without a display. */
final class Plots {
    /**
     * A picture.
     *
     * @param title what it shows
     * @param dataUri the PNG
     */
    record Picture(String title, String dataUri) {}

    private static final Logger LOG = LoggerFactory.getLogger(Plots.class);
    private static final int WIDTH = 860;
    private static final int LABEL = 34;

    private Plots() {}

    /** One bar chart a metric (and experiment), its bars the arms. */
    static List<Picture> bars(Result result) {
        Map<String, Map<String, Metric>> groups = new LinkedHashMap<>();
        for (Arm arm : result.arms()) {
            String experiment = arm.name().matches("\\d\\. .*") ? arm.name().substring(0, 3) : "";
            String label = arm.name().substring(experiment.length());
            arm.metrics()
                    .forEach((name, metric) -> groups.computeIfAbsent(
                                    experiment + name + " (" + metric.unit() + ")", key -> new LinkedHashMap<>())
                            .put(label, metric));
        }
        List<Picture> pictures = new ArrayList<>();
        groups.forEach((title, metrics) -> add(pictures, title, () -> bars(title, metrics)));
        return pictures;
    }

    private static Chart<?, ?> bars(String title, Map<String, Metric> metrics) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(380)
                .title(title)
                .theme(Styler.ChartTheme.XChart)
                .build();
        List<String> labels = new ArrayList<>();
        List<Double> means = new ArrayList<>();
        List<Double> whiskers = new ArrayList<>();
        metrics.forEach((arm, metric) -> {
            labels.add(arm.length() > LABEL ? arm.substring(0, LABEL - 1) + "." : arm);
            means.add(metric.mean());
            double half = (metric.high() - metric.low()) / 2;
            whiskers.add(Double.isFinite(half) ? half : 0);
        });
        chart.addSeries("mean", distinct(labels), means, whiskers).setFillColor(new Color(0x4c72b0));
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setXAxisLabelRotation(labels.size() > 4 ? 45 : 0);
        chart.getStyler().setAvailableSpaceFill(0.6);
        plain(chart.getStyler());
        return chart;
    }

    /** Labels that were cut to the same text are told apart by a number. */
    private static List<String> distinct(List<String> labels) {
        Map<String, Integer> seen = new LinkedHashMap<>();
        return labels.stream()
                .map(label -> seen.merge(label, 1, Integer::sum) > 1 ? label + " " + seen.get(label) : label)
                .toList();
    }

    /** One chart of curves; each is its steps and values. */
    static List<Picture> curves(Map<String, Map<String, Curve>> charts) {
        List<Picture> pictures = new ArrayList<>();
        charts.forEach((title, curves) -> add(pictures, title, () -> curves(title, curves)));
        return pictures;
    }

    /** Points of a curve in the order of their steps. */
    record Curve(List<Double> steps, List<Double> values) {
        Curve() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    private static Chart<?, ?> curves(String title, Map<String, Curve> curves) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(340)
                .title(title)
                .xAxisTitle("step")
                .build();
        curves.forEach((name, curve) ->
                chart.addSeries(name, curve.steps(), curve.values()).setMarker(SeriesMarkers.NONE));
        chart.getStyler().setLegendVisible(curves.size() > 1);
        plain(chart.getStyler());
        return chart;
    }

    private static void plain(Styler styler) {
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    }

    @FunctionalInterface
    private interface Drawing {
        Chart<?, ?> draw();
    }

    /** Adds a picture; a machine without fonts gets its report without pictures. */
    private static void add(List<Picture> pictures, String title, Drawing drawing) {
        try {
            byte[] png = BitmapEncoder.getBitmapBytes(drawing.draw(), BitmapEncoder.BitmapFormat.PNG);
            pictures.add(new Picture(
                    title, "data:image/png;base64," + Base64.getEncoder().encodeToString(png)));
        } catch (IOException | RuntimeException | LinkageError | AWTError | InternalError e) {
            LOG.warn("the chart '{}' cannot be drawn: {}", title, e.toString());
        }
    }
}
