package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Message;
import io.github.rlllm.api.Prompt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says what a cassette lacks: the recorded request with the most lines in common, and where the two part. */
final class Nearest {
    private static final int KEY = 12;
    private static final int LINES = 8;
    private static final int WIDTH = 120;

    private Nearest() {}

    static String of(String key, String id, Prompt prompt, Map<String, CassetteLine> requests) {
        String head = "no answer for request " + key.substring(0, KEY);
        if (requests.containsKey(key)) {
            return head + " any more (expected: asked as often as it was recorded)";
        }
        if (requests.isEmpty()) {
            return head + " (expected: a recorded request; there is none)";
        }
        List<String> asked = lines(id, prompt);
        CassetteLine nearest = null;
        long best = -1;
        for (CassetteLine each : requests.values()) {
            long score = common(asked, lines(each.model(), each.prompt()));
            if (score > best) {
                best = score;
                nearest = each;
            }
        }
        return head + " (expected: one of " + requests.size() + " that are recorded)" + difference(asked, nearest);
    }

    /** A request as lines, its settings first. */
    private static List<String> lines(String id, Prompt prompt) {
        List<String> lines = new ArrayList<>();
        lines.add("model: " + id);
        lines.add("max tokens: " + prompt.maxTokens());
        lines.add("seed: " + prompt.seed());
        lines.add("stop: " + prompt.stop());
        lines.add("schema: " + prompt.schema());
        for (Message each : prompt.messages()) {
            String role = each.role().name().toLowerCase(java.util.Locale.ROOT) + ": ";
            for (String line : each.text().split("\n", -1)) {
                lines.add(role + line);
            }
        }
        return lines;
    }

    /** Lines that both have, and the length of what the first others begin with in common, which decides between equals. */
    private static long common(List<String> asked, List<String> recorded) {
        Map<String, Integer> left = new HashMap<>();
        recorded.forEach(line -> left.merge(line, 1, Integer::sum));
        long common = 0;
        int prefix = -1;
        for (int i = 0; i < asked.size(); i++) {
            if (left.getOrDefault(asked.get(i), 0) > 0) {
                left.merge(asked.get(i), -1, Integer::sum);
                common++;
            } else if (prefix < 0 && i < recorded.size()) {
                prefix = begins(asked.get(i), recorded.get(i));
            }
        }
        return (common << 24) + Math.min(Math.max(prefix, 0), (1 << 24) - 1);
    }

    private static int begins(String one, String other) {
        int i = 0;
        while (i < Math.min(one.length(), other.length()) && one.charAt(i) == other.charAt(i)) {
            i++;
        }
        return i;
    }

    private static String difference(List<String> asked, @Nullable CassetteLine nearest) {
        if (nearest == null) {
            return "";
        }
        List<String> recorded = lines(nearest.model(), nearest.prompt());
        int first = 0;
        while (first < Math.min(asked.size(), recorded.size())
                && asked.get(first).equals(recorded.get(first))) {
            first++;
        }
        int last = 0;
        while (last < Math.min(asked.size(), recorded.size()) - first
                && asked.get(asked.size() - 1 - last).equals(recorded.get(recorded.size() - 1 - last))) {
            last++;
        }
        StringBuilder text = new StringBuilder("; nearest " + nearest.key().substring(0, KEY) + ":");
        int at = first < Math.min(asked.size() - last, recorded.size() - last)
                ? begins(asked.get(first), recorded.get(first))
                : 0;
        show(text, "\n- ", recorded.subList(first, recorded.size() - last), at);
        show(text, "\n+ ", asked.subList(first, asked.size() - last), at);
        return text.toString();
    }

    private static void show(StringBuilder text, String sign, List<String> lines, int at) {
        for (int i = 0; i < Math.min(lines.size(), LINES); i++) {
            String line = lines.get(i);
            int from = i == 0 ? Math.max(0, Math.min(at - WIDTH / 2, line.length() - WIDTH)) : 0;
            int to = Math.min(line.length(), from + WIDTH);
            text.append(sign).append(from > 0 ? "..." : "");
            line.substring(from, to).chars().forEach(c -> {
                boolean plain = c >= ' '
                        && c != 0x7f
                        && Character.getType(c) != Character.FORMAT
                        && !Character.isSurrogate((char) c);
                text.append(plain ? Character.toString(c) : String.format("\\u%04x", c));
            });
            text.append(to < line.length() ? "..." : "");
        }
        if (lines.size() > LINES) {
            text.append(sign).append("... ").append(lines.size() - LINES).append(" lines more");
        }
    }
}
