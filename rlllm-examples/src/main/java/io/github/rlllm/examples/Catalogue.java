package io.github.rlllm.examples;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The 24 studies of the RL/LLM Taxonomy Tree (Pternea et al. 2024, arXiv 2402.01874) and the alternatives that stand
 * beside them. A row works where the registry can run its id.
 */
final class Catalogue {
    /**
     * One study.
     *
     * @param id the name that {@code run} and {@code show} take
     * @param category the class of the tree, such as {@code RL4LLM}
     * @param branch the branch of that class
     * @param title the paper's title
     * @param authors the first author and others
     * @param year of the paper
     * @param paper where it is, such as {@code arXiv 2203.02155}; empty where there is no one paper
     */
    record Study(String id, String category, String branch, String title, String authors, int year, String paper) {}

    private static final String FEEDBACK = "fine-tuning, with human feedback";
    private static final String NO_FEEDBACK = "fine-tuning, without human feedback";
    private static final String PROMPT = "prompt";
    private static final String REWARD = "reward";
    private static final String GOAL = "goal";
    private static final String POLICY = "policy";
    private static final String SILENT = "without language feedback";
    private static final String SPOKEN = "with language feedback";
    private static final String ALTERNATIVES = "alternatives";
    private static final String WITHOUT_RL = "fine-tuning without RL";
    private static final String SEARCH = "learning-based prompt optimisation";
    private static final String MULTIMODAL = "multimodal models that act without RL";

    private static final List<Study> STUDIES = List.of(
            rl4llm(
                    "instructgpt",
                    FEEDBACK,
                    "Training language models to follow instructions with human feedback",
                    "Ouyang et al.",
                    2022,
                    "arXiv 2203.02155"),
            rl4llm(
                    "hh-rlhf",
                    FEEDBACK,
                    "Training a Helpful and Harmless Assistant with Reinforcement Learning from Human Feedback",
                    "Bai et al. (a)",
                    2022,
                    "arXiv 2204.05862"),
            rl4llm(
                    "offline-alignment",
                    FEEDBACK,
                    "Aligning Language Models with Offline Learning from Human Feedback",
                    "Hu et al.",
                    2023,
                    "arXiv 2308.12050"),
            rl4llm(
                    "constitutional-ai",
                    NO_FEEDBACK,
                    "Constitutional AI: Harmlessness from AI Feedback",
                    "Bai et al. (b)",
                    2022,
                    "arXiv 2212.08073"),
            rl4llm(
                    "nlpo",
                    NO_FEEDBACK,
                    "Is Reinforcement Learning (Not) for Natural Language Processing",
                    "Ramamurthy et al.",
                    2022,
                    "arXiv 2210.01241"),
            rl4llm(
                    "scrl",
                    NO_FEEDBACK,
                    "Efficient Unsupervised Sentence Compression by Fine-tuning Transformers with Reinforcement Learning",
                    "Ghalandari et al.",
                    2022,
                    "arXiv 2205.08221"),
            rl4llm(
                    "tempera",
                    PROMPT,
                    "TEMPERA: Test-Time Prompt Editing via Reinforcement Learning",
                    "Zhang et al.",
                    2023,
                    "arXiv 2211.11890"),
            rl4llm(
                    "rlprompt",
                    PROMPT,
                    "RLPrompt: Optimizing Discrete Text Prompts with Reinforcement Learning",
                    "Deng et al.",
                    2022,
                    "arXiv 2205.12548"),
            rl4llm(
                    "prompt-oirl",
                    PROMPT,
                    "Query-Dependent Prompt Evaluation and Optimization with Offline Inverse RL",
                    "Sun et al.",
                    2023,
                    "arXiv 2309.06553"),
            rl4llm(
                    "red-teaming",
                    PROMPT,
                    "Red Teaming Language Models with Language Models",
                    "Perez et al.",
                    2022,
                    "arXiv 2202.03286"),
            llm4rl(
                    "proxy-reward",
                    REWARD,
                    "Reward Design with Language Models",
                    "Kwon et al.",
                    2023,
                    "arXiv 2303.00001"),
            llm4rl(
                    "text2reward",
                    REWARD,
                    "Text2Reward: Reward Shaping with Language Models for Reinforcement Learning",
                    "Xie et al.",
                    2023,
                    "arXiv 2309.11489"),
            llm4rl(
                    "eureka",
                    REWARD,
                    "Eureka: Human-Level Reward Design via Coding Large Language Models",
                    "Ma et al.",
                    2023,
                    "arXiv 2310.12931"),
            llm4rl(
                    "self-refined-reward",
                    REWARD,
                    "Self-Refined Large Language Model as Automated Reward Function Designer for Deep Reinforcement Learning in Robotics",
                    "Song et al.",
                    2023,
                    "arXiv 2309.06687"),
            llm4rl(
                    "auxiliary-tasks",
                    GOAL,
                    "Exploiting Contextual Structure to Generate Useful Auxiliary Tasks",
                    "Quartey et al.",
                    2023,
                    "arXiv 2303.05038"),
            llm4rl(
                    "ellm",
                    GOAL,
                    "Guiding Pretraining in Reinforcement Learning with Large Language Models",
                    "Du et al.",
                    2023,
                    "arXiv 2302.06692"),
            llm4rl(
                    "language-pretrained-dt",
                    POLICY,
                    "Can Wikipedia Help Offline Reinforcement Learning?",
                    "Reid et al.",
                    2022,
                    "arXiv 2201.12122"),
            llm4rl(
                    "instructrl",
                    POLICY,
                    "Language Instructed Reinforcement Learning for Human-AI Coordination",
                    "Hu and Sadigh",
                    2023,
                    "arXiv 2304.07297"),
            llm4rl(
                    "adarefiner",
                    POLICY,
                    "AdaRefiner: Refining Decisions of Language Models with Adaptive Feedback",
                    "Zhang and Lu",
                    2024,
                    "arXiv 2309.17176"),
            llm4rl(
                    "glam",
                    POLICY,
                    "Grounding Large Language Models in Interactive Environments with Online Reinforcement Learning",
                    "Carta et al.",
                    2023,
                    "arXiv 2302.02662"),
            both(
                    "plan4mc",
                    SILENT,
                    "Skill Reinforcement Learning and Planning for Open-World Long-Horizon Tasks",
                    "Yuan et al.",
                    2023,
                    "arXiv 2303.16563"),
            both(
                    "saycan",
                    SILENT,
                    "Do As I Can, Not As I Say: Grounding Language in Robotic Affordances",
                    "Ahn et al.",
                    2022,
                    "arXiv 2204.01691"),
            both(
                    "inner-monologue",
                    SPOKEN,
                    "Inner Monologue: Embodied Reasoning through Planning with Language Models",
                    "Huang et al.",
                    2022,
                    "arXiv 2207.05608"),
            both(
                    "planner-actor-reporter",
                    SPOKEN,
                    "Collaborating with language models for embodied reasoning",
                    "Dasgupta et al.",
                    2023,
                    "arXiv 2302.00763"),
            alternative(
                    "lima", WITHOUT_RL, "LIMA: Less Is More for Alignment", "Zhou et al.", 2023, "arXiv 2305.11206"),
            alternative(
                    "syndicom",
                    WITHOUT_RL,
                    "SYNDICOM: Improving Conversational Commonsense with Error-Injection and Natural Language Feedback",
                    "Richardson et al.",
                    2023,
                    "arXiv 2309.10015"),
            alternative(
                    "rain",
                    WITHOUT_RL,
                    "RAIN: Your Language Models Can Align Themselves without Finetuning",
                    "Li et al.",
                    2023,
                    "arXiv 2309.07124"),
            alternative(
                    "ape",
                    SEARCH,
                    "Large Language Models Are Human-Level Prompt Engineers",
                    "Zhou et al.",
                    2022,
                    "arXiv 2211.01910"),
            alternative("opro", SEARCH, "Large Language Models as Optimizers", "Yang et al.", 2023, "arXiv 2309.03409"),
            alternative(
                    "protegi",
                    SEARCH,
                    "Automatic Prompt Optimization with \"Gradient Descent\" and Beam Search",
                    "Pryzant et al.",
                    2023,
                    "arXiv 2305.03495"),
            alternative(
                    "promptbreeder",
                    SEARCH,
                    "Promptbreeder: Self-Referential Self-Improvement Via Prompt Evolution",
                    "Fernando et al.",
                    2023,
                    "arXiv 2309.16797"),
            alternative(
                    "multimodal-policy",
                    MULTIMODAL,
                    "Any multimodal chat model as a policy over an image observation",
                    "several",
                    2024,
                    ""));

    private final Registry registry;

    Catalogue(Registry registry) {
        this.registry = registry;
    }

    /** All rows, in the order of the tree. */
    List<Study> studies() {
        return STUDIES;
    }

    /** {@code works} where the registry runs the study, {@code planned} otherwise. */
    String status(Study study) {
        return registry.runs().containsKey(study.id()) ? "works" : "planned";
    }

    Optional<Study> find(String id) {
        return STUDIES.stream().filter(study -> study.id().equals(id)).findFirst();
    }

    /** The ids of all rows. */
    String known() {
        return STUDIES.stream().map(Study::id).collect(Collectors.joining(", "));
    }

    private static Study rl4llm(String id, String branch, String title, String authors, int year, String paper) {
        return new Study(id, "RL4LLM", branch, title, authors, year, paper);
    }

    private static Study llm4rl(String id, String branch, String title, String authors, int year, String paper) {
        return new Study(id, "LLM4RL", branch, title, authors, year, paper);
    }

    private static Study both(String id, String branch, String title, String authors, int year, String paper) {
        return new Study(id, "RL+LLM", branch, title, authors, year, paper);
    }

    private static Study alternative(String id, String branch, String title, String authors, int year, String paper) {
        return new Study(id, ALTERNATIVES, branch, title, authors, year, paper);
    }
}
