package io.github.rlllm.torch.checkpoint;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.rlllm.engine.decoding.TokenBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * {@code tokenizer.json} by the tokenizers library through DJL, whose native part is unpacked at first use (14 MB).
 *
 * <p>That library trusts its file, so {@link TokenizerSchema} reads it first and the library gets what was checked,
 * written anew; no tokenizer_config.json beside it is read.
 */
final class JsonTokenizer implements Tokenizer {
    private final HuggingFaceTokenizer tokenizer;
    private final TokenBytes spelled;

    private JsonTokenizer(HuggingFaceTokenizer tokenizer, TokenBytes spelled) {
        this.tokenizer = tokenizer;
        this.spelled = spelled;
    }

    static JsonTokenizer open(Path file, int vocabulary) throws IOException {
        byte[] bytes = FileBytes.all(file, StrictJson.MOST_BYTES);
        ObjectNode json = StrictJson.parse(file, "JSON", bytes);
        int size = TokenizerSchema.check(file, json, vocabulary);
        byte[] checked = StrictJson.write(json, false);
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        Map<String, String> options = Map.of("padding", "false", "truncation", "false", "addSpecialTokens", "false");
        try {
            return new JsonTokenizer(
                    HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(checked), options), spelled(json, size));
        } catch (RuntimeException e) {
            throw new BadFileException(file, "tokenizer", String.valueOf(e.getMessage()), "what tokenizers 0.21 reads");
        }
    }

    /** What the decoder makes of each token: letters that stand for bytes, or a mark for the blank and bytes as numbers. */
    private static TokenBytes spelled(ObjectNode json, int size) {
        byte[][] spelled = new byte[size][0];
        boolean letters = json.path("decoder").findValuesAsText("type").contains("ByteLevel");
        for (Map.Entry<String, JsonNode> token :
                json.path("model").path("vocab").properties()) {
            spelled[token.getValue().intValue()] = spelled(token.getKey(), letters);
        }
        for (JsonNode added : json.path("added_tokens")) {
            byte[] content = added.path("content").textValue().getBytes(StandardCharsets.UTF_8);
            spelled[added.path("id").intValue()] = added.path("special").booleanValue() ? new byte[0] : content;
        }
        return new TokenBytes(Arrays.asList(spelled));
    }

    private static byte[] spelled(String token, boolean letters) {
        if (letters) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            GgufTokenizer.letters(token, bytes);
            return bytes.toByteArray();
        }
        return token.matches("<0x[0-9A-Fa-f]{2}>")
                ? new byte[] {(byte) Integer.parseInt(token.substring(3, 5), 16)}
                : token.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public TokenBytes spelled() {
        return spelled;
    }

    @Override
    public int size() {
        return spelled.size();
    }

    @Override
    public int[] encode(String text, boolean special) {
        // Halves of surrogate pairs are no text; the library's side of the border would not take them.
        String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        long[] ids = tokenizer.encode(whole, special, false).getIds();
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
            if (tokens[i] < 0 || tokens[i] >= spelled.size()) {
                throw new IllegalArgumentException(
                        "token " + i + ": " + tokens[i] + " (expected: 0 to " + (spelled.size() - 1) + ")");
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
