package io.github.rlllm.llm4rl.design;

import io.github.rlllm.engine.program.RewardInput;
import io.github.rlllm.engine.program.RewardSchema;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The grammar of {@link GrammarProposer}: a reward is a sum of terms, a term a weight times a feature of about unit size
 * over one or two elements of the inputs. Printed programs are read back without loss. Confined to one thread.
 */
final class GrammarTerms {
    private static final String HEAD = "double reward() {\n";
    private static final Pattern LINE = Pattern.compile("^    double (t\\d+) = (-?[0-9.E-]+) \\* \\((.*)\\);$");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.\\[])\\d+\\.\\d+(E-?\\d+)?");

    /** A weight and the text of a feature. */
    record Term(double weight, String feature) {
        Term weighted(double other) {
            return new Term(Math.max(-1e3, Math.min(1e3, other)), feature);
        }
    }

    /** One number that a program may read, with its range. */
    private record Element(String text, double low, double high, boolean whole) {
        double span() {
            return Math.max(high - low, 1e-6);
        }
    }

    private final List<Element> elements = new ArrayList<>();
    private final SeededRandom rng;

    GrammarTerms(RewardSchema schema, SeededRandom rng) {
        this.rng = rng;
        for (RewardInput input : schema.inputs()) {
            boolean bounded = input.high() < 1e6 && input.low() > -1e6;
            double low = bounded ? input.low() : -1;
            double high = bounded ? input.high() : 1;
            boolean flag = input.type() == RewardInput.Type.BOOLEAN;
            for (String place : places(input.shape())) {
                String text = input.name() + place;
                elements.add(new Element(
                        flag ? "(" + text + " ? 1.0 : 0.0)" : text, low, high, input.type() == RewardInput.Type.INT));
            }
        }
    }

    private static List<String> places(List<Integer> shape) {
        List<String> places = List.of("");
        for (int length : shape) {
            List<String> longer = new ArrayList<>();
            for (String place : places) {
                for (int i = 0; i < length; i++) {
                    longer.add(place + "[" + i + "]");
                }
            }
            places = longer;
        }
        return places;
    }

    static String name(int term) {
        return "t" + (term + 1);
    }

    static String print(List<Term> terms) {
        StringBuilder text = new StringBuilder(HEAD);
        StringBuilder sum = new StringBuilder();
        for (int i = 0; i < terms.size(); i++) {
            String name = name(i);
            Term term = terms.get(i);
            text.append("    double ").append(name).append(" = ").append(number(term.weight()));
            text.append(" * (").append(term.feature()).append(");\n");
            text.append("    component(\"")
                    .append(name)
                    .append("\", ")
                    .append(name)
                    .append(");\n");
            sum.append(i == 0 ? "" : " + ").append(name);
        }
        return text.append("    return ").append(sum).append(";\n}\n").toString();
    }

    /** The terms of a program that {@link #print} gave; empty for any other. */
    static Optional<List<Term>> parse(String program) {
        List<Term> terms = new ArrayList<>();
        for (String line : program.split("\n", -1)) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                terms.add(new Term(Double.parseDouble(matcher.group(2)), matcher.group(3)));
            }
        }
        return terms.isEmpty() || !print(terms).equals(program) ? Optional.empty() : Optional.of(terms);
    }

    /** A term at random. */
    Term draw() {
        double weight = Math.exp(0.7 * rng.nextGaussian()) * (rng.nextBoolean() ? 1 : -1);
        return new Term(Double.parseDouble(number(weight)), feature());
    }

    private String feature() {
        return feature(element());
    }

    private String feature(Element x) {
        return switch (rng.nextInt(7)) {
            case 0 -> x.text() + " / " + number(x.span());
            case 1 -> "Math.abs(" + offset(x) + ") / " + number(x.span());
            case 2 ->
                "Math.exp(-Math.abs(" + offset(x) + ") / " + number(x.span() * (0.05 + 0.45 * rng.nextDouble())) + ")";
            case 3 -> x.text() + " > " + constant(x) + " ? 1.0 : 0.0";
            case 4 -> {
                Element y = element();
                yield x.text() + " * " + y.text() + " / " + number(x.span() * y.span());
            }
            case 5 -> "Math.tanh((" + offset(x) + ") / " + number(x.span() * (0.05 + 0.45 * rng.nextDouble())) + ")";
            default -> {
                Element y = element();
                yield "(" + x.text() + " / " + number(x.span()) + ") * (" + offset(y) + " > 0.0 ? 1.0 : -1.0)";
            }
        };
    }

    /** Another feature of one of the elements that the term is about, with its weight. */
    Term reshaped(Term term) {
        List<Element> about = elements.stream()
                .filter(element -> term.feature().contains(element.text()))
                .toList();
        return about.isEmpty() ? draw() : new Term(term.weight(), feature(about.get(rng.nextInt(about.size()))));
    }

    /** The same feature with one of its numbers changed. */
    Term renumbered(Term term) {
        Matcher matcher = NUMBER.matcher(term.feature());
        int count = 0;
        while (matcher.find()) {
            count++;
        }
        if (count == 0) {
            return draw();
        }
        int which = rng.nextInt(count);
        double factor = Math.exp(0.5 * rng.nextGaussian());
        StringBuilder changed = new StringBuilder();
        matcher.reset();
        for (int i = 0; matcher.find(); i++) {
            matcher.appendReplacement(
                    changed, i == which ? number(Double.parseDouble(matcher.group()) * factor) : matcher.group());
        }
        return new Term(term.weight(), matcher.appendTail(changed).toString());
    }

    private Element element() {
        return elements.get(rng.nextInt(elements.size()));
    }

    private String offset(Element x) {
        double c = x.low() + x.span() * rng.nextDouble();
        String size = number(Math.abs(c));
        return x.text() + (c < 0 ? " + " : " - ") + size;
    }

    private String constant(Element x) {
        double c = x.low() + x.span() * rng.nextDouble();
        return c < 0 ? "(-" + number(-c) + ")" : number(c);
    }

    /** A number as the language and this class read it: four digits, always with a point. */
    private static String number(double value) {
        double rounded = Double.parseDouble(String.format(Locale.ROOT, "%.3e", value));
        return Double.toString(rounded);
    }
}
