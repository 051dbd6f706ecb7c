package io.github.rlllm.rlplusllm.plan.export;

import io.github.rlllm.api.SkillCall;
import io.github.rlllm.rlplusllm.plan.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * A task in PDDL 2.1 with numeric fluents: every fact is a function that counts. Domains that share values are one type; one
 * that has not all of them is a predicate besides, which never changes. Names are in small letters with hyphens; where two would be
 * the same, the later has a number behind it. Immutable.
 */
public final class Pddl {
    private static final Set<String> RESERVED = Set.of(
            "and",
            "or",
            "not",
            "imply",
            "forall",
            "exists",
            "when",
            "either",
            "object",
            "number",
            "define",
            "domain",
            "problem",
            "increase",
            "decrease",
            "assign",
            "scale-up",
            "scale-down",
            "minimize",
            "maximize",
            "at",
            "over",
            "start",
            "end",
            "all",
            "total-time",
            "total-cost",
            "undefined",
            "preference",
            "typing");

    private final PlanningTask task;
    private final ValueTypes types;
    private final Names names = new Names('-', RESERVED);
    private final Set<String> constants = new TreeSet<>();
    private final String domain;
    private final String problem;

    /**
     * Writes a task.
     *
     * @param task the task
     */
    public Pddl(PlanningTask task) {
        this.task = Objects.requireNonNull(task, "task");
        this.types = new ValueTypes(task);
        task.actions().forEach(action -> names.of("skill", "", action.name()));
        task.actions()
                .forEach(action -> List.of(action.needs(), action.changes(), action.sets())
                        .forEach(facts -> facts.keySet()
                                .forEach(fact -> fact.places().stream()
                                        .filter(place -> !Fact.parameter(place))
                                        .forEach(constants::add))));
        this.domain = writeDomain();
        this.problem = writeProblem();
    }

    /**
     * The domain: the skills.
     *
     * @return PDDL text
     */
    public String domain() {
        return domain;
    }

    /**
     * The problem: values, start and goal.
     *
     * @return PDDL text
     */
    public String problem() {
        return problem;
    }

    /**
     * A plan as planners print and validators read it.
     *
     * @param calls calls of the task's skills
     * @return a line for each, {@code (go-to kitchen)}
     * @throws IllegalArgumentException if a call is of none of the task's skills, or has another number of arguments
     */
    public String plan(List<SkillCall> calls) {
        StringBuilder text = new StringBuilder();
        for (SkillCall call : calls) {
            if (task.actions().stream()
                    .noneMatch(action -> action.name().equals(call.skill())
                            && action.parameters().size() == call.arguments().size())) {
                throw new IllegalArgumentException("call: " + call + " (expected: of one of the task's "
                        + task.actions().size() + " skills, with an argument for each of its parameters)");
            }
            text.append('(').append(names.of("skill", "", call.skill()));
            call.arguments().forEach(value -> text.append(' ').append(value(value)));
            text.append(")\n");
        }
        return text.toString();
    }

    private String writeDomain() {
        StringBuilder text = new StringBuilder("(define (domain " + names.of("task", "", task.name()) + ")\n");
        text.append("  (:requirements :typing :numeric-fluents)\n");
        if (!types.all().isEmpty()) {
            text.append("  (:types");
            types.all().forEach(type -> text.append(' ').append(type(type)));
            text.append(")\n");
        }
        if (!constants.isEmpty()) {
            text.append("  (:constants");
            constants.forEach(value -> text.append(' ').append(typed(value(value), types.of(value))));
            text.append(")\n");
        }
        if (!narrow().isEmpty()) {
            text.append("  (:predicates");
            narrow().forEach(name -> text.append(" (")
                    .append(isA(name))
                    .append(typed(" ?value", types.ofDomain(name)))
                    .append(')'));
            text.append(")\n");
        }
        text.append("  (:functions");
        task.forms().forEach((form, values) -> {
            text.append(" (").append(count(form));
            for (int i = 0; i < values.size(); i++) {
                text.append(typed(" ?place" + (i + 1), types.ofAll(values.get(i))));
            }
            text.append(')');
        });
        text.append(")\n");
        task.actions().forEach(action -> text.append(write(action)));
        return text.append(")\n").toString();
    }

    private String write(PlanningTask.Action action) {
        Names parameters = new Names('-', Set.of());
        StringBuilder text = new StringBuilder("  (:action " + names.of("skill", "", action.name()));
        text.append("\n    :parameters (")
                .append(String.join(
                        " ",
                        action.parameters().stream()
                                .map(parameter -> typed(variable(parameters, parameter), types.ofDomain(parameter)))
                                .toList()))
                .append(")\n    :precondition (and");
        action.parameters().stream()
                .filter(narrow()::contains)
                .forEach(parameter -> text.append(" (")
                        .append(isA(parameter))
                        .append(' ')
                        .append(variable(parameters, parameter))
                        .append(')'));
        action.needs()
                .forEach((fact, count) -> text.append(" (>= ")
                        .append(function(fact, parameters))
                        .append(' ')
                        .append(count)
                        .append(')'));
        text.append(")\n    :effect (and");
        action.changes().forEach((fact, change) -> {
            if (change != 0) {
                text.append(change > 0 ? " (increase " : " (decrease ")
                        .append(function(fact, parameters))
                        .append(' ')
                        .append(Math.abs(change))
                        .append(')');
            }
        });
        action.sets()
                .forEach((fact, count) -> text.append(" (assign ")
                        .append(function(fact, parameters))
                        .append(' ')
                        .append(count)
                        .append(')'));
        return text.append("))\n").toString();
    }

    private String writeProblem() {
        StringBuilder text = new StringBuilder("(define (problem " + names.of("task", "", task.name()) + "-1)\n");
        text.append("  (:domain ").append(names.of("task", "", task.name())).append(")\n  (:objects");
        for (String type : types.all()) {
            for (String value : types.values(type)) {
                if (!constants.contains(value)) {
                    text.append(' ').append(typed(value(value), type));
                }
            }
        }
        text.append(")\n  (:init\n");
        for (String name : narrow()) {
            for (String value : task.domains().getOrDefault(name, List.of())) {
                text.append("    (")
                        .append(isA(name))
                        .append(' ')
                        .append(value(value))
                        .append(")\n");
            }
        }
        // A function has a value for everything of its type, or planners refuse the problem.
        task.forms().forEach((form, places) -> {
            for (List<String> values : product(places.stream()
                    .map(place -> types.values(types.ofAll(place)))
                    .toList())) {
                int count = task.start().getOrDefault(new Fact(form, values), 0);
                text.append("    (= (").append(count(form));
                values.forEach(value -> text.append(' ').append(value(value)));
                text.append(") ").append(count).append(")\n");
            }
        });
        text.append("  )\n  (:goal (and");
        task.goal()
                .forEach((fact, count) -> text.append(" (>= ")
                        .append(function(fact, names))
                        .append(' ')
                        .append(count)
                        .append(')'));
        return text.append(")))\n").toString();
    }

    /** Parameters whose domains have not all values of their type, in the order of their names. */
    private Set<String> narrow() {
        Set<String> narrow = new TreeSet<>();
        task.actions().forEach(action -> narrow.addAll(action.parameters()));
        narrow.removeIf(name -> task.domains().getOrDefault(name, List.of()).size()
                == types.values(types.ofDomain(name)).size());
        return narrow;
    }

    private String function(Fact fact, Names parameters) {
        StringBuilder text = new StringBuilder("(" + count(fact.form()));
        for (String place : fact.places()) {
            text.append(' ')
                    .append(
                            Fact.parameter(place)
                                    ? variable(parameters, place.substring(1, place.length() - 1))
                                    : value(place));
        }
        return text.append(')').toString();
    }

    private String count(String form) {
        return names.of("fact", "count-", form);
    }

    private String type(String type) {
        return type.equals(ValueTypes.NOTHING) ? type : names.of("type", "", type);
    }

    private String typed(String word, String type) {
        return word + " - " + type(type);
    }

    private String isA(String parameter) {
        return names.of("domain", "is-", parameter);
    }

    private String value(String value) {
        return names.of("value", "", value);
    }

    private static String variable(Names parameters, String parameter) {
        return "?" + parameters.of("x", "", parameter);
    }

    private static List<List<String>> product(List<Set<String>> places) {
        List<List<String>> all = List.of(List.of());
        BiFunction<List<String>, String, List<String>> longer = (values, value) -> {
            List<String> next = new ArrayList<>(values);
            next.add(value);
            return next;
        };
        for (Set<String> place : places) {
            all = all.stream()
                    .flatMap(values -> place.stream().map(value -> longer.apply(values, value)))
                    .toList();
        }
        return all;
    }
}
