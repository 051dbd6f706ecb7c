package io.github.rlllm.torch.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens and texts as the tokenizers library of Python gives them. */
class TokenizerGoldenTest {
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "llama_rope3", "qwen2", "qwen3", "gemma3"})
    void tokensAreThoseOfPython(String model) throws IOException {
        Path golden = Path.of(System.getProperty("rlllm.golden", "../shared/golden"));
        Assumptions.assumeTrue(Files.isDirectory(golden), golden + " is not there");
        JsonNode all = new ObjectMapper()
                .readTree(golden.resolve("lm/tokenizers.json").toFile())
                .get("tokenizers");
        JsonNode file = all.get(model.equals("llama_rope3") ? "llama" : model.equals("qwen3") ? "qwen2" : model);
        try (Checkpoint checkpoint = Checkpoint.open(golden.resolve("lm").resolve(model));
                Tokenizer tokenizer = checkpoint.tokenizer().orElseThrow()) {
            assertEquals(file.get("vocab_size").intValue(), tokenizer.size());
            assertEquals(28, file.get("cases").size());
            for (JsonNode one : file.get("cases")) {
                String text = one.get("text").textValue();
                int[] ids = ids(one.get("ids"));
                assertArrayEquals(ids, tokenizer.encode(text, false), text);
                int[] special = ids(one.get("ids_with_special_tokens"));
                assertArrayEquals(special, tokenizer.encode(text, true), text);
                assertEquals(one.get("decoded").textValue(), tokenizer.decode(special, true));
                assertEquals(one.get("decoded_skip_special_tokens").textValue(), tokenizer.decode(special, false));
            }
            int[] once = tokenizer.encode("red cup ", false);
            int[] often = tokenizer.encode("red cup ".repeat(2000), false);
            assertEquals("red cup ".repeat(2000), tokenizer.decode(often, true), "nothing is truncated");
            assertEquals(true, once.length > 0 && often.length > 1000);
        }
    }

    private static int[] ids(JsonNode array) {
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = array.get(i).intValue();
        }
        return ids;
    }
}
