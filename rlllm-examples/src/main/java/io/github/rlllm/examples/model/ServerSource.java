package io.github.rlllm.examples.model;

import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.lm.ChatLanguageModel;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model behind an OpenAI-compatible server, through LangChain4j. */
final class ServerSource implements ChosenModel.Source {
    private static final String EXPECTED = "http(s)://host/v1#name";
    private final LanguageModel model;

    private ServerSource(LanguageModel model) {
        this.model = model;
    }

    static ServerSource open(
            String asked, @Nullable String keyVariable, Map<String, String> environment, Duration timeout) {
        String name = name(asked);
        String key = keyVariable == null ? null : environment.get(keyVariable);
        if (keyVariable != null && (key == null || key.isBlank())) {
            throw new IllegalArgumentException(
                    "model-key: " + keyVariable + " is not set (expected: a variable with the server's key)");
        }
        OpenAiChatModel chat = OpenAiChatModel.builder()
                .httpClientBuilder(new ServerHttp.Builder(timeout))
                .baseUrl(asked.substring(0, asked.indexOf('#')))
                .apiKey(key == null ? "none" : key)
                .modelName(name)
                // Waits, attempts and logs are this library's.
                .maxRetries(0)
                .logRequests(false)
                .logResponses(false)
                .build();
        return new ServerSource(ChatLanguageModel.of(
                chat,
                name,
                seed -> OpenAiChatRequestParameters.builder().seed(folded(seed)).build()));
    }

    /** Seeds of 64 bits as the 31 bits that these servers take. */
    private static int folded(long seed) {
        return (int) (seed ^ seed >>> 32) & Integer.MAX_VALUE;
    }

    /** The model's name at the server. */
    static String name(String asked) {
        int at = asked.indexOf('#');
        if (at < 0 || at == asked.length() - 1) {
            throw new IllegalArgumentException("model: no name after # (expected: " + EXPECTED + ")");
        }
        URI address = URI.create(asked.substring(0, at));
        if (address.getHost() == null || address.getUserInfo() != null || address.getQuery() != null) {
            throw new IllegalArgumentException("model: another address (expected: " + EXPECTED + ")");
        }
        return asked.substring(at + 1);
    }

    @Override
    public Completion complete(Prompt prompt) {
        return model.complete(prompt);
    }

    @Override
    public void close() {
        // The JDK's client ends with its last reference.
    }
}
