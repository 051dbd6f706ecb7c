package io.github.rlllm.rlplusllm.plan.export;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Names that another language allows, each for one name of ours. Not thread-safe. */
final class Names {
    private final Map<String, String> given = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final char joint;

    /**
     * No names yet.
     *
     * @param joint stands for what is neither a letter nor a digit
     * @param reserved words of the other language
     */
    Names(char joint, Set<String> reserved) {
        this.joint = joint;
        taken.addAll(reserved);
    }

    /**
     * The name of something: always the same, and nothing else's.
     *
     * @param kind what it is of, so that a skill and a fact of one name are told apart
     * @param prefix begins the name; may be empty
     * @param name ours
     */
    String of(String kind, String prefix, String name) {
        return given.computeIfAbsent(kind + "\n" + name, key -> {
            String plain = (prefix + name)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9]+", String.valueOf(joint))
                    .replaceAll("^" + joint + "|" + joint + "$", "");
            String word = plain;
            if (plain.isEmpty()) {
                word = kind;
            } else if (Character.isDigit(plain.charAt(0))) {
                word = kind + joint + plain;
            }
            String free = word;
            for (int i = 2; !taken.add(free); i++) {
                free = word + joint + i;
            }
            return free;
        });
    }
}
