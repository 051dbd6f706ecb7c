package io.github.rlllm.rlplusllm.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The declared facts, and how others are read by them. Immutable. */
final class FactForms {
    private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)\\}");

    /** Form to the values that may stand at each of its places, forms in the order of their texts. */
    private final Map<String, List<Set<String>>> forms = new LinkedHashMap<>();

    private final Map<String, Pattern> patterns = new LinkedHashMap<>();
    private final Set<String> declared;

    /**
     * Reads declarations.
     *
     * @param declared such as {@code at {room}}
     * @param domains what may stand at a place, by the name in its braces; anything of any domain where there is none
     */
    FactForms(Set<String> declared, Map<String, List<String>> domains) {
        this.declared = new TreeSet<>(declared);
        Set<String> everything = new LinkedHashSet<>();
        domains.values().forEach(everything::addAll);
        for (String fact : this.declared) {
            List<Set<String>> values = forms.computeIfAbsent(form(fact), any -> new ArrayList<>());
            List<String> places = places(fact);
            for (int i = 0; i < places.size(); i++) {
                if (values.size() == i) {
                    values.add(new LinkedHashSet<>());
                }
                values.get(i).addAll(domains.getOrDefault(Fact.name(places.get(i)), List.copyOf(everything)));
            }
        }
        forms.replaceAll((form, values) ->
                values.stream().<Set<String>>map(Collections::unmodifiableSet).toList());
        forms.keySet().forEach(form -> patterns.put(form, pattern(form)));
    }

    /** The declarations, in the order of their texts. */
    Set<String> declared() {
        return declared;
    }

    /** Form to the values that may stand at each of its places. */
    Map<String, List<Set<String>>> forms() {
        return Collections.unmodifiableMap(forms);
    }

    /** A fact taken apart; null where none is declared of which it is one. */
    @Nullable
    Fact read(String fact) {
        String whole = form(fact);
        if (forms.containsKey(whole)) {
            return new Fact(whole, places(fact));
        }
        for (Map.Entry<String, Pattern> form : patterns.entrySet()) {
            Matcher matcher = form.getValue().matcher(fact);
            if (matcher.matches()) {
                List<Set<String>> values = forms.getOrDefault(form.getKey(), List.of());
                List<String> places = new ArrayList<>();
                for (int i = 0; i < values.size(); i++) {
                    String place = matcher.group(i + 1);
                    if (Fact.parameter(place) || values.get(i).contains(place)) {
                        places.add(place);
                    }
                }
                if (places.size() == values.size()) {
                    return new Fact(form.getKey(), places);
                }
            }
        }
        return null;
    }

    private static String form(String fact) {
        return BRACES.matcher(fact).replaceAll("{}");
    }

    private static List<String> places(String fact) {
        return BRACES.matcher(fact).results().map(result -> result.group()).toList();
    }

    private static Pattern pattern(String form) {
        StringBuilder regex = new StringBuilder();
        int from = 0;
        for (int at = form.indexOf("{}"); at >= 0; at = form.indexOf("{}", from)) {
            regex.append(Pattern.quote(form.substring(from, at))).append("(.+?)");
            from = at + 2;
        }
        return Pattern.compile(regex + Pattern.quote(form.substring(from)));
    }
}
