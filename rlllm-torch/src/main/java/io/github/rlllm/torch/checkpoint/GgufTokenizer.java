package io.github.rlllm.torch.checkpoint;

import io.github.rlllm.engine.decoding.TokenBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer inside a GGUF file, in plain Java: byte-level BPE with merges ({@code gpt2}: GPT-2, Llama 3, Qwen) and
 * SentencePiece's BPE with scores ({@code llama}: Llama 1 and 2, Gemma).
 */
final class GgufTokenizer implements Tokenizer {
    private static final String BLANK = "\u2581";
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int BYTE = 6;
    private static final String WORDS = "(?iu:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}%s"
            + "| ?[^\\p{IsWhite_Space}\\p{L}\\p{N}]+[\\r\\n]*|\\p{IsWhite_Space}*[\\r\\n]+"
            + "|\\p{IsWhite_Space}+(?!\\P{IsWhite_Space})|\\p{IsWhite_Space}+";
    private static final Pattern LLAMA3 = Pattern.compile(String.format(WORDS, "{1,3}"));
    private static final Pattern QWEN = Pattern.compile(String.format(WORDS, ""));
    private static final Pattern GPT2 = Pattern.compile("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+"
            + "| ?[^\\p{IsWhite_Space}\\p{L}\\p{N}]+|\\p{IsWhite_Space}+(?!\\P{IsWhite_Space})|\\p{IsWhite_Space}+");
    private static final Map<String, Pattern> SPLITS = Map.of(
            "gpt-2", GPT2, "gpt2", GPT2, "llama-bpe", LLAMA3, "llama3", LLAMA3, "llama-v3", LLAMA3, "qwen2", QWEN);
    private static final char[] BYTES = byteLetters();

    private final List<String> tokens;
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Character, List<String>> specials = new HashMap<>();
    private final boolean[] control;
    private final int[] byteOf;
    private final @Nullable Pattern split;
    private final Map<String, Integer> ranks = new HashMap<>();
    private final double[] scores;
    private final int begin;
    private final int end;
    private final int unknown;
    private final boolean prefix;
    private final boolean whole;
    private final boolean composed;

    private GgufTokenizer(GgufMetadata keys, int vocabulary) throws IOException {
        String p = "tokenizer.ggml.";
        tokens = keys.textList(p + "tokens");
        if (tokens.isEmpty() || tokens.size() > vocabulary) {
            throw keys.bad(p + "tokens", tokens.size() + " tokens", "1 to " + vocabulary + ", as the model has");
        }
        boolean pieces = keys.text(p + "model", List.of("llama", "gpt2")).equals("llama");
        double[] types = keys.numberList(p + "token_type", tokens.size());
        double[] given = keys.numberList(p + "scores", tokens.size());
        if (pieces && given == null) {
            throw keys.bad(p + "scores", "missing", tokens.size() + " numbers");
        }
        scores = given == null ? new double[0] : given;
        control = new boolean[tokens.size()];
        byteOf = new int[tokens.size()];
        for (int i = 0; i < tokens.size(); i++) {
            int type = types == null ? 1 : (int) types[i];
            add(i, type, pieces);
        }
        specials.values()
                .forEach(list ->
                        list.sort(Comparator.comparingInt(String::length).reversed()));
        String pre = pieces
                ? ""
                : keys.text(p + "pre", SPLITS.keySet().stream().sorted().toList());
        split = SPLITS.get(pre);
        whole = split == LLAMA3;
        composed = split == QWEN;
        if (!pieces) {
            readMerges(keys, keys.textList(p + "merges"));
        }
        int last = tokens.size() - 1;
        boolean begins = keys.flag(p + "add_bos_token", pieces || whole);
        begin = begins ? keys.count(p + "bos_token_id", 0, last) : -1;
        end = keys.flag(p + "add_eos_token", false) ? keys.count(p + "eos_token_id", 0, last) : -1;
        unknown = keys.count(p + "unknown_token_id", 0, last, -1);
        prefix = pieces && keys.flag(p + "add_space_prefix", true);
    }

    static GgufTokenizer of(GgufFile file, int vocabulary) throws IOException {
        return new GgufTokenizer(file.metadata(), vocabulary);
    }

    private void add(int id, int type, boolean pieces) {
        String token = tokens.get(id);
        control[id] = type == CONTROL;
        byteOf[id] = -1;
        ids.putIfAbsent(token, id);
        if ((type == CONTROL || type == USER_DEFINED) && !token.isEmpty()) {
            specials.computeIfAbsent(token.charAt(0), c -> new ArrayList<>()).add(token);
        }
        if (pieces && type == BYTE && token.matches("<0x[0-9A-Fa-f]{2}>")) {
            byteOf[id] = Integer.parseInt(token.substring(3, 5), 16);
        }
    }

    private void readMerges(GgufMetadata keys, List<String> merges) throws BadFileException {
        for (int rank = 0; rank < merges.size(); rank++) {
            String merge = merges.get(rank);
            int blank = merge.indexOf(' ', 1);
            if (blank < 0 || !ids.containsKey(merge.substring(0, blank) + merge.substring(blank + 1))) {
                throw keys.bad(
                        "tokenizer.ggml.merges: " + rank, merge, "two tokens parted by a blank that make a token");
            }
            ranks.putIfAbsent(merge, rank);
        }
    }

    /** GPT-2's letters for the 256 bytes: visible Latin-1 stands for itself, the others follow from U+0100. */
    private static char[] byteLetters() {
        char[] letters = new char[256];
        int next = 256;
        for (int b = 0; b < 256; b++) {
            boolean visible = b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae;
            letters[b] = (char) (visible ? b : next++);
        }
        return letters;
    }

    @Override
    public int size() {
        return tokens.size();
    }

    @Override
    public int[] encode(String text, boolean special) {
        List<Integer> out = new ArrayList<>();
        if (special && begin >= 0) {
            out.add(begin);
        }
        int from = 0;
        boolean first = true;
        for (int at = 0; at < text.length(); ) {
            String found = specialAt(text, at);
            if (found == null) {
                at++;
                continue;
            }
            first = !plain(text.substring(from, at), first, out) && first;
            out.add(ids.getOrDefault(found, unknown));
            at += found.length();
            from = at;
        }
        plain(text.substring(from), first, out);
        if (special && end >= 0) {
            out.add(end);
        }
        return out.stream().mapToInt(Integer::intValue).toArray();
    }

    private @Nullable String specialAt(String text, int at) {
        List<String> candidates = specials.get(text.charAt(at));
        if (candidates != null) {
            for (String candidate : candidates) {
                if (text.startsWith(candidate, at)) {
                    return candidate;
                }
            }
        }
        return null;
    }

    /** Encodes text without special tokens; whether there was any. */
    private boolean plain(String text, boolean first, List<Integer> out) {
        if (text.isEmpty()) {
            return false;
        }
        if (split == null) {
            pieces((prefix && first ? BLANK : "") + text.replace(" ", BLANK), out);
            return true;
        }
        Matcher words = split.matcher(composed ? Normalizer.normalize(text, Normalizer.Form.NFC) : text);
        while (words.find()) {
            word(words.group(), out);
        }
        return true;
    }

    private void pieces(String text, List<Integer> out) {
        String[] pieces = text.codePoints().mapToObj(Character::toString).toArray(String[]::new);
        PieceMerger.merge(pieces, (left, right) -> {
            Integer id = ids.get(left + right);
            return id == null ? Double.NaN : -scores[id];
        });
        for (String piece : pieces) {
            Integer id = piece == null ? null : ids.get(piece);
            if (id != null) {
                out.add(id);
            } else if (piece != null) {
                bytes(piece, out);
            }
        }
    }

    private void bytes(String piece, List<Integer> out) {
        for (byte b : piece.getBytes(StandardCharsets.UTF_8)) {
            Integer id = ids.get(String.format("<0x%02X>", b & 0xff));
            if (id == null && unknown >= 0) {
                out.add(unknown);
                return;
            }
            if (id != null) {
                out.add(id);
            }
        }
    }

    private void word(String word, List<Integer> out) {
        StringBuilder letters = new StringBuilder();
        for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
            letters.append(BYTES[b & 0xff]);
        }
        Integer known = whole ? ids.get(letters.toString()) : null;
        if (known != null) {
            out.add(known);
            return;
        }
        String[] pieces =
                letters.chars().mapToObj(c -> Character.toString((char) c)).toArray(String[]::new);
        PieceMerger.merge(pieces, (left, right) -> {
            Integer rank = ranks.get(left + ' ' + right);
            return rank == null ? Double.NaN : rank;
        });
        for (String piece : pieces) {
            Integer id = piece == null ? null : ids.get(piece);
            if (id != null) {
                out.add(id);
            } else if (piece != null && unknown >= 0) {
                out.add(unknown);
            }
        }
    }

    @Override
    public String decode(int[] encoded, boolean special) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < encoded.length; i++) {
            int id = encoded[i];
            if (id < 0 || id >= tokens.size()) {
                throw new IllegalArgumentException(
                        "token " + i + ": " + id + " (expected: 0 to " + (tokens.size() - 1) + ")");
            }
            if (control[id]) {
                bytes.writeBytes(special ? tokens.get(id).getBytes(StandardCharsets.UTF_8) : new byte[0]);
            } else {
                spell(id, bytes);
            }
        }
        String text = bytes.toString(StandardCharsets.UTF_8);
        return prefix && text.startsWith(" ") ? text.substring(1) : text;
    }

    private void spell(int id, ByteArrayOutputStream bytes) {
        String token = tokens.get(id);
        if (byteOf[id] >= 0) {
            bytes.write(byteOf[id]);
        } else if (split == null) {
            bytes.writeBytes(token.replace(BLANK, " ").getBytes(StandardCharsets.UTF_8));
        } else {
            letters(token, bytes);
        }
    }

    @Override
    public TokenBytes spelled() {
        List<byte[]> spelled = new ArrayList<>();
        for (int id = 0; id < tokens.size(); id++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            if (!control[id]) {
                spell(id, bytes);
            }
            spelled.add(bytes.toByteArray());
        }
        return new TokenBytes(spelled);
    }

    /** Adds the bytes that GPT-2's letters stand for. */
    static void letters(String token, ByteArrayOutputStream bytes) {
        for (int i = 0; i < token.length(); i++) {
            int value = value(token.charAt(i));
            if (value < 0) {
                bytes.writeBytes(token.substring(i, i + 1).getBytes(StandardCharsets.UTF_8));
            } else {
                bytes.write(value);
            }
        }
    }

    private static int value(char letter) {
        if (letter < 256 && BYTES[letter] == letter) {
            return letter;
        }
        for (int b = 0; b < 256; b++) {
            if (BYTES[b] == letter) {
                return b;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
