package io.github.rlllm.examples.experiment;

/**
 * Every bound that an aim is held against, in one place. Shares are in 0 to 1, speeds in environment steps a second, and
 * the peers' speeds are those recorded on one core.
 */
public final class Bounds {
    /** Experiment 1: success of going to an object on unseen layouts. */
    public static final double GO_TO = 0.95;
    /** Experiment 1: success of picking up. */
    public static final double PICK_UP = 0.95;
    /** Experiment 1: success of opening a door. */
    public static final double OPEN = 0.95;
    /** Experiment 1: success of putting the carried object next to another. */
    public static final double PUT_NEXT_TO = 0.85;

    /** Experiment 2: plans that are right, on held-out wordings of ours. */
    public static final double PLANNING = 0.85;
    /** Experiment 2: plans that reach their goal in the world, on held-out wordings of ours. */
    public static final double EXECUTION = 0.80;
    /** Experiment 2: plans that are right, on instructions that others wrote. */
    public static final double PLANNING_OTHERS = 0.70;
    /** Experiment 2: by how much the encoder must beat TF-IDF for its part to be claimed. */
    public static final double ENCODER_OVER_TFIDF = 0.10;
    /** Experiment 2: full less constant affordance where an affordance matters must exceed this. */
    public static final double AFFORDANCE_GAIN = 0.0;

    /** Experiment 3: share of the seeds in which PPO's true score exceeds that of SFT. */
    public static final double PPO_ABOVE_SFT = 1.0;
    /** Experiment 3: with shuffled preferences the true score less that of SFT must not exceed this. */
    public static final double SHUFFLED_RISE = 0.0;
    /** Experiment 3: with the KL term off, the fall of the true score from its peak must exceed this. */
    public static final double KL_OFF_FALL = 0.0;

    /** Experiment 3, PPO-ptx: by how many nats a token of held-out corpus must be likelier than under PPO. */
    public static final double MIX_KEEPS = 0.0;

    /** Planner, Actor and Reporter: instructions that the Actor does, about unseen combinations. */
    public static final double ACTOR = 0.95;
    /** Planner, Actor and Reporter: success with the truthful Reporter. */
    public static final double TRUTHFUL = 0.9;
    /** Planner, Actor and Reporter: the truthful Reporter's success less the trained one's. */
    public static final double NEAR_TRUTHFUL = 0.05;
    /** Planner, Actor and Reporter: by how much the trained Reporter exceeds the untrained one. */
    public static final double REPORTER_CLIMB = 0.4;
    /** Planner, Actor and Reporter: standard errors between two shares that are the same. */
    public static final double SAME_SHARE = 1.96;
    /** Planner, Actor and Reporter: by how much it exceeds flat RL at equal steps. */
    public static final double OVER_FLAT = 0.3;

    /** Diagnosis: share of 20 broken runs in which the right fault is named, and of healthy ones in which none is. */
    public static final double DIAGNOSED = 18.0 / 20.0;

    /** Exact RLHF: KL to the optimum, in nats, that a method which aims for it must reach. */
    public static final double OPTIMUM_REACHED = 0.01;
    /** Exact RLHF: distance, relative to its length, of a gradient that should be another. */
    public static final double SAME_GRADIENT = 1e-9;
    /** Exact RLHF: the rise of the true reward under a shuffled one, over the rise under the true one. */
    public static final double SHUFFLED_SHARE = 0.25;
    /** Exact RLHF: seconds for the whole run. */
    public static final double EXACT_SECONDS = 60;

    /** Offline alignment: conditional less the better of the other two offline methods, as the paper has it. */
    public static final double CONDITIONAL_BEST = 0.0;
    /** Offline alignment: the rise of conditional over that of PPO: "about equal" in the paper. */
    public static final double CONDITIONAL_RISE = 0.9;
    /** Offline alignment: operations of conditional over those of PPO, in the paper about .09. */
    public static final double CONDITIONAL_COMPUTE = 0.25;

    /** HH-RLHF: what online must exceed static by, and one objective's assistant the other's. */
    public static final double APART = 0.0;
    /** HH-RLHF: share of the reward's variance that a line in the root of KL explains; "about linear" in the paper. */
    public static final double ROOT_KL_FIT = 0.9;

    /** Methods at equal compute: the most operations of one over the least of another. */
    public static final double EQUAL_COMPUTE = 1.05;

    /** Proxy reward: accuracy of an agent that is rewarded by the truth. */
    public static final double PROXY_ORACLE = 0.9;
    /** Proxy reward: correlation of label accuracy and agent accuracy. */
    public static final double PROXY_ECHO = 0.8;
    /** Proxy reward: distance of agent accuracy from label accuracy; "about equal" in the paper. */
    public static final double PROXY_DISTANCE = 0.1;
    /** Proxy reward: by what a labeler must exceed the majority, and its agent the one without the objective. */
    public static final double PROXY_GAIN = 0.05;
    /** Proxy reward: accuracy that answers which cannot be read may cost. */
    public static final double PROXY_UNREADABLE = 0.05;

    /** Text2Reward: what feedback that names the failing part must add to the share of successes. */
    public static final double FEEDBACK_RISE = 0.2;
    /** Text2Reward: what feedback that is withheld, or was about another task, may add. */
    public static final double FEEDBACK_CONTROL = 0.1;
    /** Text2Reward: by what the reward that feedback led to may fall short of a person's. */
    public static final double BESIDE_HUMAN = 0.1;

    /** CartPole: the return at which it counts as solved. */
    public static final double CARTPOLE_SOLVED = 475;

    /** CartPole batch stepping, environment steps a second. */
    public static final double CARTPOLE_STEPS = 15e6;
    /** MiniGrid stepping with observation, environment steps a second. */
    public static final double MINIGRID_STEPS = 1.5e6;

    /** PPO on CartPole, rl-zoo settings: SB3's environment steps a second. */
    public static final double SB3_PPO_CARTPOLE = 5_000;
    /** PPO on CartPole, rl-zoo settings: sbx's environment steps a second. */
    public static final double SBX_PPO_CARTPOLE = 8_400;
    /** PPO on CartPole, 64 environments: single-file torch's environment steps a second. */
    public static final double TORCH_PPO_CARTPOLE_64 = 68_000;
    /** DQN on FrozenLake: SB3's environment steps a second. */
    public static final double SB3_DQN_FROZENLAKE = 2_200;
    /** DQN on DoorKey: SB3's environment steps a second. */
    public static final double SB3_DQN_DOORKEY = 1_160;
    /** PPO on DoorKey: SB3's environment steps a second. */
    public static final double SB3_PPO_DOORKEY = 2_300;

    /** PPO on CartPole, rl-zoo settings: SB3's median environment steps to solve. */
    public static final double SB3_PPO_CARTPOLE_STEPS = 14_336;
    /** PPO on DoorKey: SB3's median environment steps to solve, over 20 seeds by {@code bench/peers.py --solve}. */
    public static final double SB3_PPO_DOORKEY_STEPS = 30_720;
    /** DQN on FrozenLake: SB3's median environment steps to solve. */
    public static final double SB3_DQN_FROZENLAKE_STEPS = 60_000;
    /** DQN on DoorKey: SB3's median environment steps to solve. */
    public static final double SB3_DQN_DOORKEY_STEPS = 26_000;

    /**
     * Candidates a minute of SB3 in two processes: 20,480 steps of MountainCar each, with a reward function; 29 to 31 in three
     * rounds of {@code bench/peers.py candidates}, which measures side by side.
     */
    public static final double SB3_CANDIDATES = 30;
    /** Candidates a minute, two at a time, over SB3 in two processes. */
    public static final double CANDIDATES_OVER_SB3 = 6;

    /** PPO on CartPole, rl-zoo settings, over SB3. */
    public static final double PPO_CARTPOLE_OVER_SB3 = 7;
    /** PPO on CartPole, rl-zoo settings, over sbx. */
    public static final double PPO_CARTPOLE_OVER_SBX = 4;
    /** PPO on CartPole with 64 environments over single-file torch. */
    public static final double PPO_CARTPOLE_64_OVER_TORCH = 2;
    /** DQN on FrozenLake over SB3. */
    public static final double DQN_FROZENLAKE_OVER_SB3 = 15;
    /** DQN on DoorKey over SB3. */
    public static final double DQN_DOORKEY_OVER_SB3 = 8;
    /** PPO on DoorKey over SB3. */
    public static final double PPO_DOORKEY_OVER_SB3 = 10;
    /** Any of the loops without the Vector API over SB3. */
    public static final double SCALAR_OVER_SB3 = 2;
    /** Median environment steps to solve over the peer's. */
    public static final double STEPS_TO_SOLVE_RATIO = 1.25;
    /** Seconds in which SB3 solves CartPole. */
    public static final double SB3_SECONDS_TO_SOLVE = 2.9;
    /** Seconds in which the best single-file program solves CartPole. */
    public static final double BEST_SECONDS_TO_SOLVE = 1.3;

    /** Supervised tuning of the tiny GPT-2: TRL's tokens a second. */
    public static final double TRL_SFT = 8_800;
    /** DPO of the tiny GPT-2: TRL's pairs a second. */
    public static final double TRL_DPO = 62;
    /** A reward model of the tiny GPT-2: TRL's pairs a second. */
    public static final double TRL_REWARD = 107;
    /** Supervised tuning over TRL. */
    public static final double SFT_OVER_TRL = 1.25;
    /** DPO over TRL. */
    public static final double DPO_OVER_TRL = 1.5;
    /** A reward model over TRL. */
    public static final double REWARD_OVER_TRL = 1.2;
    /** Generating with the tiny GPT, one row: transformers' generated tokens a second. */
    public static final double TRANSFORMERS_GENERATE_1 = 609;
    /** Generating with the tiny GPT, 32 rows: transformers' generated tokens a second. */
    public static final double TRANSFORMERS_GENERATE_32 = 7_152;
    /** Generating one row over transformers. */
    public static final double GENERATE_1_OVER_TRANSFORMERS = 10;
    /** Generating 32 rows over transformers. */
    public static final double GENERATE_32_OVER_TRANSFORMERS = 2;
    /** By how much log-probabilities of one text may differ between two ways of computing them, in nats. */
    public static final double SAME_LOG_PROBS = 1e-4;
    /** Tokens of scoring the tabletop's 53 options a step, as a share of every option with the whole prompt alone. */
    public static final double PLANNER_TOKENS = 0.03;
    /** What the runner of plans takes for a step without its models, in microseconds. */
    public static final double RUNNER_MICROS = 50;
    /** What the skill search of Plan4MC takes for each of the 40 tasks, in milliseconds. */
    public static final double SKILL_SEARCH_MILLIS = 1;

    /** GRPO of the tiny GPT-2, 4 prompts x 8 completions: TRL's generated tokens a second. */
    public static final double TRL_GRPO = 3_280;
    /** The same in a single file of torch. */
    public static final double TORCH_GRPO = 5_000;
    /** RLOO of the tiny GPT-2 with a KL term in the reward: TRL's generated tokens a second. */
    public static final double TRL_RLOO = 2_350;
    /** PPO of the tiny GPT-2 in a single file of torch: generated tokens a second. */
    public static final double TORCH_PPO = 881;
    /** GRPO over TRL. */
    public static final double GRPO_OVER_TRL = 1.7;
    /** GRPO over a single file of torch. */
    public static final double GRPO_OVER_TORCH = 1.1;
    /** RLOO over TRL. */
    public static final double RLOO_OVER_TRL = 2;
    /** PPO over a single file of torch. */
    public static final double PPO_OVER_TORCH = 1;

    /** A reward program's call over the same in handwritten Java; 1.5 would be better still. */
    public static final double REWARD_OVER_HANDWRITTEN = 2.5;
    /** A reward program's call: CPython's nanoseconds on a dict state. */
    public static final double REWARD_CPYTHON_NANOS = 1_270;
    /** CPython's time for a call over a reward program's. */
    public static final double REWARD_OVER_CPYTHON = 60;
    /** A reward program over columns: numpy's nanoseconds a state; torch.compile's are 7.1. */
    public static final double REWARD_BATCH_NANOS = 14.5;
    /** Milliseconds to compile a reward program; CPython's compile and exec take 0.16. */
    public static final double REWARD_COMPILE_MILLIS = 3;

    /** Share of a run's time that checkpointing may cost. */
    public static final double CHECKPOINT_COST = 0.02;
    /** Seconds of work that a kill may cost, where one update is shorter. */
    public static final double RECOMPUTED_SECONDS = 2.0;

    private Bounds() {}
}
