package io.github.rlllm.examples.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.rlplusllm.plan4mc.Inventory;
import io.github.rlllm.rlplusllm.plan4mc.SkillGraph;
import io.github.rlllm.rlplusllm.plan4mc.SkillGraphFile;
import io.github.rlllm.rlplusllm.plan4mc.SkillPlan;
import io.github.rlllm.rlplusllm.plan4mc.SkillSearch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How long the skill search of Plan4MC takes for each task: one of everything that the crafting graph of our own makes, and
 * the tasks of the released graph, {@code plan4mc_skills.json} and {@code plan4mc_tasks.json} in the folder that
 * {@code -Drlllm.planning=DIR} names, or in {@code ../shared/data/planning}, where they are there.
 */
final class SkillSearchTimes {
    private static final int ROUNDS = 41;
    private static final int LONGEST = 10_000;

    private SkillSearchTimes() {}

    private record Task(String name, Inventory start, String target, int count) {}

    static void measure(RunRequest request, List<Arm> arms, List<Aim> aims) {
        Path folder = Path.of(System.getProperty("rlllm.planning", "../shared/data/planning"));
        SkillGraph own = SkillGraphFile.crafting();
        Set<String> items = new TreeSet<>();
        own.skills().forEach(skill -> items.addAll(skill.obtain().keySet()));
        List<Task> tasks = items.stream()
                .map(item -> new Task(item, Inventory.empty(), item, 1))
                .toList();
        double slowest = measure(request, "skill search, our crafting graph", own, tasks, arms);
        if (Files.isRegularFile(folder.resolve("plan4mc_tasks.json"))) {
            try {
                slowest = Math.max(
                        slowest,
                        measure(
                                request,
                                "skill search, released graph",
                                SkillGraphFile.read(folder.resolve("plan4mc_skills.json"), Set.of("diamond_sword")),
                                read(folder.resolve("plan4mc_tasks.json")),
                                arms));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        aims.add(Aim.atMost("ms of the slowest task of the skill search", slowest, Bounds.SKILL_SEARCH_MILLIS));
    }

    /** The median of the slowest task. */
    private static double measure(RunRequest request, String name, SkillGraph graph, List<Task> tasks, List<Arm> arms) {
        SkillSearch search = new SkillSearch(graph, LONGEST);
        double[] medians = new double[tasks.size()];
        double[] lengths = new double[tasks.size()];
        double[][] millis = new double[tasks.size()][ROUNDS];
        for (int round = -ROUNDS; round < ROUNDS; round++) { // the rounds below 0 warm up
            request.progress().update(name, Math.max(0, round), ROUNDS);
            for (int i = 0; i < medians.length; i++) {
                Task task = tasks.get(i);
                long begin = System.nanoTime();
                SkillPlan plan = search.plan(task.start(), task.target(), task.count());
                long passed = System.nanoTime() - begin;
                if (!plan.complete()) {
                    throw new IllegalStateException(
                            task.name() + ": missing " + plan.missing() + " (expected: a plan)");
                }
                lengths[i] = plan.steps().size();
                if (round >= 0) {
                    millis[i][round] = passed / 1e6;
                }
            }
        }
        request.progress().update(name, ROUNDS, ROUNDS);
        for (int i = 0; i < medians.length; i++) {
            medians[i] = TimedRun.median("ms", millis[i]).mean();
        }
        double slowest = Arrays.stream(medians).max().orElse(0);
        Map<String, Metric> metrics = new LinkedHashMap<>();
        metrics.put("tasks", Metric.of("tasks", medians.length));
        metrics.put("ms a task", Metric.of("ms", medians));
        metrics.put("ms of the slowest task", Metric.of("ms", slowest));
        metrics.put(
                "steps of the longest plan",
                Metric.of("steps", Arrays.stream(lengths).max().orElse(0)));
        arms.add(new Arm(name, "none", metrics));
        return slowest;
    }

    private static List<Task> read(Path file) throws IOException {
        List<Task> tasks = new ArrayList<>();
        for (JsonNode task : new ObjectMapper().readTree(Files.readAllBytes(file))) {
            Map<String, Integer> start = new TreeMap<>();
            task.path("initial_inventory")
                    .properties()
                    .forEach(item -> start.put(item.getKey(), item.getValue().asInt()));
            tasks.add(new Task(
                    task.path("name").asText(),
                    new Inventory(start),
                    task.path("target").asText(),
                    task.path("quantity").asInt()));
        }
        return tasks;
    }
}
