package io.github.rlllm.engine.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.rlllm.api.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a trained model is, what it learned from, whom it serves and where it fails: the file {@code card.json} beside its
 * weights (after Mitchell et al. 2019). The fields have the names of this record's components. A card is complete or it is
 * not made: a part that is missing or blank is refused by its name.
 *
 * @param model the model's name
 * @param method how it was trained and from what it began, such as {@code "PPO from the supervised model, seed 1"}
 * @param data what it learned from, at least one
 * @param annotators whose judgements it learned from; empty only where no judgement took part, and {@code method} says so
 * @param intendedUse what it is for, and what it is not for
 * @param knownFailures what is known to go wrong, at least one: every model has some
 * @param figures measured ones by name, such as {@code heldOutAccuracy}, finite; may be empty
 * @param provenance from what the run came, enough to run it again
 */
public record ModelCard(
        String model,
        String method,
        List<Data> data,
        List<Annotators> annotators,
        String intendedUse,
        List<String> knownFailures,
        Map<String, Double> figures,
        Provenance provenance) {
    /** The name of the file. */
    public static final String FILE = "card.json";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    /**
     * Data that a model learned from.
     *
     * @param name what it is called
     * @param source where it comes from: a place, a paper, or the program that made it
     * @param licence under which it may be used, as its source says it, such as {@code Apache-2.0}
     * @param use what for, such as {@code demonstrations} or {@code comparisons for the reward model}
     * @param examples how many of it were used, at least 0
     */
    public record Data(String name, String source, String licence, String use, long examples) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a text is blank or {@code examples < 0}
         */
        public Data {
            text("data.name", name);
            text("data.source", source);
            text("data.licence", licence);
            text("data.use", use);
            if (examples < 0) {
                throw new IllegalArgumentException("data.examples: " + examples + " (expected: >= 0)");
            }
        }
    }

    /**
     * A group of annotators.
     *
     * @param who they were: people and how they were found, or a program and what it judges by
     * @param people how many of them were people, 0 where a program judged
     * @param judgements how many they gave, at least 1
     * @param kappa their agreement beyond chance; null where no two judged the same
     */
    public record Annotators(
            String who,
            int people,
            long judgements,
            @Nullable Double kappa) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a part is out of its range
         */
        public Annotators {
            text("annotators.who", who);
            if (people < 0) {
                throw new IllegalArgumentException("annotators.people: " + people + " (expected: >= 0)");
            }
            if (judgements < 1) {
                throw new IllegalArgumentException("annotators.judgements: " + judgements + " (expected: >= 1)");
            }
            if (kappa != null && !(kappa <= 1)) {
                throw new IllegalArgumentException("annotators.kappa: " + kappa + " (expected: <= 1, or null)");
            }
        }
    }

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if a part is missing or blank; the message names it
     */
    public ModelCard {
        text("model", model);
        text("method", method);
        data = list("data", data, 1);
        annotators = list("annotators", annotators, 0);
        text("intendedUse", intendedUse);
        knownFailures = list("knownFailures", knownFailures, 1);
        knownFailures.forEach(failure -> text("knownFailures", failure));
        present("figures", figures);
        figures = Collections.unmodifiableMap(new TreeMap<>(figures));
        figures.forEach((name, value) -> {
            text("figures", name);
            present("figures." + name, value);
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("figures." + name + ": " + value + " (expected: a finite number)");
            }
        });
        present("provenance", provenance);
        text("provenance.id", provenance.id());
        text("provenance.model", provenance.model());
        text("provenance.machine", provenance.machine());
    }

    /**
     * Writes {@code card.json}, whole or not at all.
     *
     * @param folder where the model's weights are; made if it is not there
     * @throws IOException if it cannot be written
     */
    public void write(Path folder) throws IOException {
        RunFolder.open(folder).write(FILE, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
    }

    /**
     * Reads a card.
     *
     * @param folder where {@code card.json} is
     * @return the card
     * @throws IOException if it cannot be read, is no JSON, or a field is missing, unknown or blank; the message names file
     *     and field
     */
    public static ModelCard read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        try {
            return JSON.readValue(Files.readString(file), ModelCard.class);
        } catch (JsonMappingException e) {
            String place = e.getPath().stream()
                    .map(Reference::getFieldName)
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining("."));
            Throwable cause = e.getCause();
            String found = cause instanceof IllegalArgumentException
                    ? String.valueOf(cause.getMessage())
                    : (place.isEmpty() ? "" : place + ": ") + e.getOriginalMessage();
            throw new IOException(file + ": " + found, e);
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": " + e.getOriginalMessage() + " (expected: a JSON object)", e);
        }
    }

    private static void text(String name, String value) {
        present(name, value);
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + ": blank (expected: a text)");
        }
    }

    private static <T> List<T> list(String name, List<T> values, int least) {
        present(name, values);
        if (values.size() < least) {
            throw new IllegalArgumentException(name + ": none (expected: at least " + least + ")");
        }
        values.forEach(value -> present(name, value));
        return List.copyOf(values);
    }

    private static void present(String name, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(name + ": missing (expected: a value)");
        }
    }
}
