package io.github.rlllm.rl4llm.instructgpt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.torch.Vocabulary;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Preferences that a person wrote: JSON lines in UTF-8, each an object with the texts {@code prompt}, {@code chosen} and
 * {@code rejected}; other fields are ignored, empty lines skipped. Texts are read with the vocabulary of {@link
 * HotelReplies} (unknown words become one token), prompts are cut to their last 30 words, completions after 16 tokens; a
 * pair whose completions are then equal says nothing and is left out.
 *
 * @param preferences what can be learned from, at least 16
 * @param lines pairs in the file
 * @param unknown share of the words that the vocabulary does not know
 */
public record PreferenceFile(List<Preference> preferences, int lines, double unknown) {
    private static final int LEAST = 16;
    private static final int PROMPT_WORDS = 30;
    private static final int LONGEST_LINE = 1_000_000;
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(20)
                    .maxStringLength(100_000)
                    .maxNumberLength(100)
                    .maxNameLength(1_000)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build());

    /** Copies. */
    public PreferenceFile {
        preferences = List.copyOf(preferences);
    }

    /**
     * Reads a file.
     *
     * @param file JSON lines
     * @param task the language
     * @return its preferences
     * @throws IOException if it cannot be read, a line is not as described (the message names it), or fewer than 16 pairs
     *     differ in words that are known
     */
    public static PreferenceFile read(Path file, HotelReplies task) throws IOException {
        List<Preference> preferences = new ArrayList<>();
        long words = 0;
        long unknown = 0;
        int pairs = 0;
        int number = 0;
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                JsonNode node = parse(file, number, line);
                int[] prompt = task.vocabulary().encode(text(file, number, node, "prompt"));
                String chosen = text(file, number, node, "chosen");
                String rejected = text(file, number, node, "rejected");
                pairs++;
                for (int[] tokens : List.of(
                        prompt,
                        task.vocabulary().encode(chosen),
                        task.vocabulary().encode(rejected))) {
                    words += tokens.length;
                    unknown += Arrays.stream(tokens)
                            .filter(token -> token == Vocabulary.UNKNOWN)
                            .count();
                }
                int[] cut = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - PROMPT_WORDS), prompt.length);
                int[] begun = task.asPrompt(cut);
                Preference preference = new Preference(
                        new Reply(begun, task.asCompletion(chosen)), new Reply(begun, task.asCompletion(rejected)));
                if (!preference.chosen().equals(preference.rejected())) {
                    preferences.add(preference);
                }
            }
        } catch (MalformedInputException e) {
            throw new IOException(file + ": not UTF-8 after line " + number + " (expected: JSON lines in UTF-8)", e);
        }
        if (preferences.size() < LEAST) {
            throw new IOException(file + ": " + preferences.size() + " of " + pairs
                    + " pairs differ in words that are known (expected: >= " + LEAST + "; the known words are "
                    + task.words() + ")");
        }
        return new PreferenceFile(preferences, pairs, words == 0 ? 0 : (double) unknown / words);
    }

    private static JsonNode parse(Path file, int number, String line) throws IOException {
        if (line.length() > LONGEST_LINE) {
            throw new IOException(file + ", line " + number + ": " + line.length() + " characters (expected: <= "
                    + LONGEST_LINE + ")");
        }
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + ", line " + number + ": " + e.getOriginalMessage() + " (expected: a JSON object)", e);
        }
        if (!node.isObject()) {
            throw new IOException(file + ", line " + number + ": "
                    + node.getNodeType().name().toLowerCase(java.util.Locale.ROOT) + " (expected: a JSON object)");
        }
        return node;
    }

    private static String text(Path file, int number, JsonNode node, String field) throws IOException {
        JsonNode value = node.get(field);
        if (value == null || !value.isTextual() || value.textValue().isBlank()) {
            String found = value == null
                    ? "missing"
                    : value.isTextual() ? "blank" : value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
            throw new IOException(file + ", line " + number + ": " + field + " is " + found + " (expected: a text)");
        }
        return value.textValue();
    }
}
