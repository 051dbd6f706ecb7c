package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.torch.Vocabulary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A small language that this project made up: a guest says two things about a hotel, the hotel replies in at most 16
 * tokens. It generates the corpus and the demonstrations and holds the true score, which no learner and no annotator
 * sees.
 *
 * <p>Prompt: {@code the room was dirty and the staff was lovely}. Reply: {@code so sorry about the room . glad you liked the
 * staff .} Every sentence of a reply should apologise for what was bad or be glad about what was good, as the prompt has
 * it.
 *
 * <p>True score of a reply, from about -1.5 to 1:
 *
 * <pre>
 *   things of the prompt that were answered rightly / 2
 *   - .25 * sentences that are wrong, repeated or no sentence
 *   - .20 * warm words (so, very, truly, really) beyond two
 *   - .30   if it does not end within 16 tokens
 * </pre>
 *
 * <p>The demonstrators are of two kinds: the careful answer rightly and warmly (one or two warm words), the careless often
 * answer past the prompt and coldly. So in the demonstrations warm words go along with quality, although they add nothing
 * to it and too many spoil it: what an annotator who likes warm words gets wrong.
 */
public final class HotelReplies {
    /** The greatest number of tokens of a reply. */
    public static final int LONGEST = 16;

    static final List<String> THINGS = List.of("room", "bed", "food", "staff", "view", "pool", "bar", "music");
    static final List<String> GOOD = List.of("clean", "great", "lovely", "fresh");
    static final List<String> BAD = List.of("dirty", "poor", "awful", "dull");
    static final List<String> WARM = List.of("so", "very", "truly", "really");
    private static final List<String> OTHER = List.of(
            "the", "was", "and", "but", "sorry", "glad", "about", "that", "you", "liked", "thank", "please", "come",
            "back", ".");

    private final Vocabulary vocabulary;
    private final int stop;
    private final Set<Integer> things;
    private final Set<Integer> good;
    private final Set<Integer> bad;
    private final Set<Integer> warm;

    /** The language. */
    public HotelReplies() {
        this(List.of());
    }

    /**
     * The language with further words, of which its texts make no use: for what is written into prompts.
     *
     * @param further words, each new
     */
    public HotelReplies(List<String> further) {
        List<String> words = new ArrayList<>(THINGS);
        words.addAll(GOOD);
        words.addAll(BAD);
        words.addAll(WARM);
        words.addAll(OTHER);
        words.addAll(further);
        vocabulary = new Vocabulary(words);
        stop = vocabulary.token(".");
        things = tokens(THINGS);
        good = tokens(GOOD);
        bad = tokens(BAD);
        warm = tokens(WARM);
    }

    private Set<Integer> tokens(List<String> words) {
        Set<Integer> tokens = new HashSet<>();
        words.forEach(word -> tokens.add(vocabulary.token(word)));
        return tokens;
    }

    /**
     * The words.
     *
     * @return the vocabulary of all texts
     */
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** The words, as a message names them. */
    String words() {
        return java.util.stream.IntStream.range(Vocabulary.UNKNOWN + 1, vocabulary.size())
                .mapToObj(vocabulary::word)
                .collect(java.util.stream.Collectors.joining(" "));
    }

    /**
     * Something that a guest says.
     *
     * @param rng the source of randomness
     * @return tokens, with those that begin and part
     */
    public int[] prompt(RandomGenerator rng) {
        return asPrompt(review(rng));
    }

    /**
     * A text as a prompt.
     *
     * @param text words
     * @return tokens, with those that begin and part
     */
    public int[] asPrompt(String text) {
        return asPrompt(vocabulary.encode(text));
    }

    int[] asPrompt(int[] words) {
        int[] prompt = new int[words.length + 2];
        prompt[0] = Vocabulary.BEGIN;
        System.arraycopy(words, 0, prompt, 1, words.length);
        prompt[prompt.length - 1] = Vocabulary.PART;
        return prompt;
    }

    /**
     * A text as a completion, cut after 16 tokens.
     *
     * @param text words
     * @return tokens, with the one that ends it where it fits
     */
    public int[] asCompletion(String text) {
        int[] words = vocabulary.encode(text);
        int[] all = java.util.Arrays.copyOf(words, words.length + 1);
        all[words.length] = Vocabulary.END;
        return java.util.Arrays.copyOf(all, Math.min(all.length, LONGEST));
    }

    /**
     * Text of the pre-training corpus: what a guest says, or talk about one thing, of which half is to the point.
     *
     * @param rng the source of randomness
     * @return tokens, with those that begin and end
     */
    public int[] corpusText(RandomGenerator rng) {
        String text;
        if (rng.nextInt(4) == 0) {
            text = review(rng);
        } else {
            Said said = anything(rng);
            Said answered = rng.nextBoolean() ? said : anything(rng);
            text = "the " + vocabulary.word(said.thing) + " was " + vocabulary.word(said.how) + " . "
                    + reply(rng, List.of(answered), rng.nextInt(3));
        }
        int[] words = vocabulary.encode(text);
        int[] row = new int[words.length + 2];
        row[0] = Vocabulary.BEGIN;
        System.arraycopy(words, 0, row, 1, words.length);
        row[row.length - 1] = Vocabulary.END;
        return row;
    }

    /**
     * What a demonstrator replies: every other one is careful.
     *
     * @param prompt a prompt of this language
     * @param rng the source of randomness
     * @return the reply
     */
    public Reply demonstration(int[] prompt, RandomGenerator rng) {
        List<Said> said = said(prompt);
        boolean careful = rng.nextBoolean();
        List<Said> answered = careful ? careful(rng, said) : careless(rng, said);
        int words = careful ? pick(rng, 0.10, 0.45, 0.40, 0.05) : pick(rng, 0.60, 0.30, 0.10);
        return new Reply(prompt, asCompletion(reply(rng, answered, words)));
    }

    /**
     * How pleased a guest is.
     *
     * @param prompt what the guest says
     * @return things that were good less things that were bad, from -2 to 2
     */
    public int pleasure(int[] prompt) {
        return said(prompt).stream().mapToInt(said -> said.pleased ? 1 : -1).sum();
    }

    /**
     * How good a reply truly is.
     *
     * @param reply a reply to a prompt of this language
     * @return from about -1.5 to 1
     */
    public double trueScore(Reply reply) {
        Read read = read(reply);
        return read.right / 2.0 - 0.25 * read.wrong - 0.20 * Math.max(0, read.warm - 2) - (read.ended ? 0 : 0.30);
    }

    /** What there is in a reply: things rightly answered, wrong sentences, warm words, whether it ended. */
    record Read(int right, int wrong, int warm, boolean ended) {}

    Read read(Reply reply) {
        List<Said> open = new ArrayList<>(said(reply.prompt()));
        int[] tokens = reply.completion();
        boolean ended = tokens[tokens.length - 1] == Vocabulary.END;
        int right = 0;
        int wrong = 0;
        int warmth = 0;
        Set<String> closings = new HashSet<>();
        List<Integer> sentence = new ArrayList<>();
        for (int i = 0; i < tokens.length; i++) {
            if (warm.contains(tokens[i])) {
                warmth++;
            } else if (tokens[i] != stop && tokens[i] != Vocabulary.END) {
                sentence.add(tokens[i]);
            }
            boolean over = tokens[i] == stop || i == tokens.length - 1;
            if (over && (tokens[i] == stop || !sentence.isEmpty())) {
                String text = text(sentence);
                if (text.equals("thank you") || text.equals("please come back")) {
                    wrong += closings.add(text) && tokens[i] == stop ? 0 : 1;
                } else if (tokens[i] == stop && open.removeIf(said -> answers(sentence, said))) {
                    right++;
                } else {
                    wrong++;
                }
                sentence.clear();
            }
        }
        return new Read(right, wrong, warmth, ended);
    }

    /** Whether a sentence without its warm words answers what was said. */
    private boolean answers(List<Integer> sentence, Said said) {
        String thing = vocabulary.word(said.thing);
        String text = text(sentence);
        String how = vocabulary.word(said.how);
        return said.pleased
                ? text.equals("glad you liked the " + thing) || text.equals("glad that the " + thing + " was " + how)
                : text.equals("sorry about the " + thing) || text.equals("sorry that the " + thing + " was " + how);
    }

    private String text(List<Integer> sentence) {
        return vocabulary.decode(sentence.stream().mapToInt(Integer::intValue).toArray());
    }

    /** One thing that a guest said. */
    private record Said(int thing, int how, boolean pleased) {}

    private List<Said> said(int[] prompt) {
        List<Said> said = new ArrayList<>();
        int thing = -1;
        for (int token : prompt) {
            if (things.contains(token)) {
                thing = token;
            } else if (thing >= 0 && (good.contains(token) || bad.contains(token))) {
                said.add(new Said(thing, token, good.contains(token)));
                thing = -1;
            }
        }
        return said;
    }

    private String review(RandomGenerator rng) {
        int first = rng.nextInt(THINGS.size());
        int second = (first + 1 + rng.nextInt(THINGS.size() - 1)) % THINGS.size();
        String join = rng.nextBoolean() ? "and" : "but";
        String a = THINGS.get(first);
        String b = THINGS.get(second);
        return "the " + a + " was " + how(rng) + " " + join + " the " + b + " was " + how(rng);
    }

    private static String how(RandomGenerator rng) {
        List<String> words = rng.nextBoolean() ? GOOD : BAD;
        return words.get(rng.nextInt(words.size()));
    }

    private List<Said> careful(RandomGenerator rng, List<Said> said) {
        List<Said> answered = new ArrayList<>();
        for (Said one : said) {
            answered.add(rng.nextDouble() < 0.9 ? one : anything(rng));
        }
        return answered;
    }

    private List<Said> careless(RandomGenerator rng, List<Said> said) {
        List<Said> answered = new ArrayList<>();
        int n = rng.nextDouble() < 0.4 ? 1 : 2;
        for (int i = 0; i < n; i++) {
            boolean heard = i < said.size() && rng.nextDouble() < 0.4;
            answered.add(heard ? said.get(i) : anything(rng));
        }
        return answered;
    }

    private Said anything(RandomGenerator rng) {
        boolean pleased = rng.nextBoolean();
        List<String> words = pleased ? GOOD : BAD;
        return new Said(
                vocabulary.token(THINGS.get(rng.nextInt(THINGS.size()))),
                vocabulary.token(words.get(rng.nextInt(words.size()))),
                pleased);
    }

    /** Sentences with so many warm words spread over them; a closing where there is room. */
    private String reply(RandomGenerator rng, List<Said> answered, int words) {
        int[] spread = new int[answered.size()];
        for (int i = 0; i < words; i++) {
            spread[rng.nextInt(spread.length)]++;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < answered.size(); i++) {
            Said one = answered.get(i);
            for (int w = 0; w < spread[i]; w++) {
                text.append(WARM.get(rng.nextInt(WARM.size()))).append(' ');
            }
            String thing = vocabulary.word(one.thing);
            boolean longer = answered.size() == 1 && rng.nextBoolean();
            String how = vocabulary.word(one.how);
            if (one.pleased) {
                text.append(longer ? "glad that the " + thing + " was " + how : "glad you liked the " + thing);
            } else {
                text.append(longer ? "sorry that the " + thing + " was " + how : "sorry about the " + thing);
            }
            text.append(" . ");
        }
        if (answered.size() == 1 && rng.nextBoolean()) {
            text.append(rng.nextBoolean() ? "thank you ." : "please come back .");
        }
        return text.toString();
    }

    private static int pick(RandomGenerator rng, double... shares) {
        double left = rng.nextDouble();
        for (int i = 0; i < shares.length - 1; i++) {
            left -= shares[i];
            if (left < 0) {
                return i;
            }
        }
        return shares.length - 1;
    }
}
