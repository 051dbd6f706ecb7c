package io.github.rlllm.llm4rl.proxyreward;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.learner.Reinforce;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.world.social.Negotiation;
import io.github.rlllm.engine.world.social.Negotiation.Dialogue;
import io.github.rlllm.engine.world.social.Negotiation.Style;
import io.github.rlllm.llm4rl.proxyreward.Question.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * The negotiation: is this the style that the user wants? Two dialogues in the style and two that are not, each with the
 * user's reason, are the prompt's examples; 50 others, half of them in the style, are held out. All come from the seed and
 * from a negotiator that draws its offers and sometimes repeats itself.
 */
public final class NegotiationTask implements ProxyTask<Dialogue> {
    private static final int EXAMPLES = 4;
    private static final int HELD = 50;
    private static final int TESTS = 100;

    private final Style style;
    private final List<Example> examples = new ArrayList<>();
    private final List<Dialogue> held;
    private final long seed;

    /**
     * A task.
     *
     * @param style what the user wants
     * @param seed draws the dialogues
     */
    public NegotiationTask(Style style, long seed) {
        this.style = Objects.requireNonNull(style, "style");
        this.seed = seed;
        RandomGenerator rng = SeededRandom.of(seed, "negotiation, " + style);
        for (Dialogue dialogue : balanced(EXAMPLES, rng)) {
            boolean met = style.met(dialogue);
            examples.add(new Example(text(dialogue), met, Question.PROMPTS.fill((met ? "" : "not ") + words())));
        }
        held = balanced(HELD, rng);
    }

    private String words() {
        return style.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Dialogues in the style and others by turns, no two equal. */
    private List<Dialogue> balanced(int n, RandomGenerator rng) {
        List<Dialogue> drawn = new ArrayList<>();
        while (drawn.size() < n) {
            Dialogue dialogue = draw(rng);
            if (style.met(dialogue) == (drawn.size() % 2 == 0) && !drawn.contains(dialogue)) {
                drawn.add(dialogue);
            }
        }
        return List.copyOf(drawn);
    }

    private static Dialogue draw(RandomGenerator rng) {
        Negotiation game = new Negotiation();
        game.reset(rng.nextLong());
        int offer = 1 + rng.nextInt(Negotiation.OFFERS.size());
        boolean repeats = rng.nextBoolean();
        Step<float[]> step = game.step(offer);
        while (step.ending() == Ending.NONE) {
            if (!repeats) {
                offer = rng.nextInt(1 + Negotiation.OFFERS.size());
            }
            step = game.step(offer);
        }
        return game.dialogue();
    }

    private static String text(Dialogue dialogue) {
        return Question.PROMPTS.fill("negotiation episode", "dialogue", dialogue.text());
    }

    @Override
    public String name() {
        return "negotiation, " + words();
    }

    @Override
    public Question question(Dialogue episode) {
        return new Question(Question.PROMPTS.fill("negotiation game"), "", examples, text(episode), true);
    }

    @Override
    public boolean meets(Dialogue episode) {
        return style.met(episode);
    }

    @Override
    public List<Dialogue> held() {
        return held;
    }

    /** Examples and held-out episodes are half and half. */
    @Override
    public double majority() {
        return 0.5;
    }

    @Override
    public EpisodeLearner<Dialogue> learner(ProxyRewardConfig config, long learnerSeed) {
        Negotiation game = new Negotiation();
        Reinforce reinforce = new Reinforce(config.reinforce(), game, learnerSeed);
        RandomGenerator tests = SeededRandom.of(seed, "negotiation, test episodes");
        long[] seeds = tests.longs(TESTS).toArray();
        return new EpisodeLearner<>() {
            @Override
            public Dialogue play() {
                reinforce.play();
                return game.dialogue();
            }

            @Override
            public void learn(double reward) {
                reinforce.learn(reward);
            }

            @Override
            public Dialogue show(int test) {
                Policy<float[], Integer> policy = reinforce.policy();
                Negotiation shown = new Negotiation();
                float[] seen = shown.reset(seeds[test]);
                while (true) {
                    Step<float[]> step = shown.step(policy.at(seen).mode());
                    if (step.ending() != Ending.NONE) {
                        return shown.dialogue();
                    }
                    seen = step.observation();
                }
            }
        };
    }

    @Override
    public long episodes(ProxyRewardConfig config) {
        return config.dialogues();
    }

    @Override
    public int tests() {
        return TESTS;
    }
}
