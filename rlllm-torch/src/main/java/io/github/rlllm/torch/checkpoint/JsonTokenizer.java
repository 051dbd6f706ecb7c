package io.github.rlllm.torch.checkpoint;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * {@code tokenizer.json} by the tokenizers library through DJL, whose native part is unpacked at first use (14 MB).
 *
 * <p>That library trusts its file, so the file is read as JSON and its tokens are compared with the vocabulary before the
 * library sees it; and it sees a file of this name alone, no tokenizer_config.json beside it.
 */
final class JsonTokenizer implements Tokenizer {
    private static final Set<String> KINDS = Set.of("BPE", "Unigram", "WordPiece", "WordLevel");

    private final HuggingFaceTokenizer tokenizer;
    private final int size;

    private JsonTokenizer(HuggingFaceTokenizer tokenizer, int size) {
        this.tokenizer = tokenizer;
        this.size = size;
    }

    static JsonTokenizer open(Path file, int vocabulary) throws IOException {
        byte[] bytes = FileBytes.all(file, StrictJson.MOST_BYTES);
        JsonNode json = StrictJson.parse(file, "JSON", bytes);
        int size = check(file, json, vocabulary);
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        Map<String, String> options = Map.of("padding", "false", "truncation", "false", "addSpecialTokens", "false");
        try {
            return new JsonTokenizer(HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), options), size);
        } catch (RuntimeException e) {
            throw new BadFileException(file, "tokenizer", String.valueOf(e.getMessage()), "what tokenizers 0.21 reads");
        }
    }

    private static int check(Path file, JsonNode json, int vocabulary) throws BadFileException {
        JsonNode model = json.path("model");
        String kind = model.path("type").asText("");
        if (!KINDS.contains(kind)) {
            throw new BadFileException(
                    file,
                    "model.type",
                    kind.isEmpty() ? "missing" : kind,
                    "one of " + KINDS.stream().sorted().toList());
        }
        JsonNode vocab = model.path("vocab");
        boolean list = kind.equals("Unigram");
        if (list ? !vocab.isArray() : !vocab.isObject()) {
            throw new BadFileException(
                    file, "model.vocab", StrictJson.kind(vocab), list ? "an array" : "an object of tokens");
        }
        int most = vocab.size() - 1;
        if (!list) {
            for (Map.Entry<String, JsonNode> token : vocab.properties()) {
                most = Math.max(most, id(file, "model.vocab", token.getKey(), token.getValue(), vocabulary));
            }
        }
        JsonNode added = json.path("added_tokens");
        if (!added.isMissingNode() && !added.isArray()) {
            throw new BadFileException(file, "added_tokens", StrictJson.kind(added), "an array");
        }
        for (JsonNode token : added) {
            most = Math.max(
                    most, id(file, "added_tokens", token.path("content").asText("?"), token.path("id"), vocabulary));
        }
        if (most >= vocabulary) {
            throw new BadFileException(file, "tokens", most + 1, "at most " + vocabulary + ", as the model has");
        }
        return most + 1;
    }

    private static int id(Path file, String part, String token, JsonNode id, int vocabulary) throws BadFileException {
        if (!id.isInt() || id.intValue() < 0 || id.intValue() >= vocabulary) {
            throw new BadFileException(
                    file,
                    part + ": token " + token,
                    id.isMissingNode() ? "missing" : id,
                    "an id from 0 to " + (vocabulary - 1));
        }
        return id.intValue();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int[] encode(String text, boolean special) {
        long[] ids = tokenizer.encode(text, special, false).getIds();
        int[] tokens = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            tokens[i] = Math.toIntExact(ids[i]);
        }
        return tokens;
    }

    @Override
    public String decode(int[] tokens, boolean special) {
        long[] ids = new long[tokens.length];
        for (int i = 0; i < ids.length; i++) {
            if (tokens[i] < 0 || tokens[i] >= size) {
                throw new IllegalArgumentException(
                        "token " + i + ": " + tokens[i] + " (expected: 0 to " + (size - 1) + ")");
            }
            ids[i] = tokens[i];
        }
        return tokenizer.decode(ids, !special);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
