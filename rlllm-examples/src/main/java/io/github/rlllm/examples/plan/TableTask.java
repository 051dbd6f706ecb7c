package io.github.rlllm.examples.plan;

import io.github.rlllm.engine.world.blocks.BlocksState;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.engine.world.blocks.TableThing;
import io.github.rlllm.rlplusllm.monologue.ScriptedReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What a person wants on the table of blocks.
 *
 * @param kind the kind of task
 * @param instruction what the person says
 * @param goals what the person means, in an order in which it can be done
 */
record TableTask(Kind kind, String instruction, List<PickPlace> goals) {
    /** The kinds: the paper's four, and one that has to be asked about. */
    enum Kind {
        /** One block, one target. */
        PICK_AND_PLACE("pick and place"),
        /** All four blocks in the bowls of their colours. */
        MATCHING("matching bowls"),
        /** All four blocks in bowls of other colours. */
        MISMATCHED("mismatched bowls"),
        /** Three blocks on each other. */
        STACKING("stacking"),
        /** One of four blocks, and which is not said. */
        UNCLEAR("unclear instruction"),
        /** One to three blocks, in words that nothing was fitted on: for readers that were. */
        WORDINGS("held-out wordings");

        /** Those that a scripted reader understands. */
        static final List<Kind> SCRIPTED = List.of(PICK_AND_PLACE, MATCHING, MISMATCHED, STACKING, UNCLEAR);

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    private static final String MATCHING_WORDS = "put the blocks in the bowls of their own colours";
    private static final String MISMATCHED_WORDS = "put the blocks in bowls of other colours";
    private static final String STACKING_WORDS = "stack the red block on the yellow block on the green block";
    private static final String UNCLEAR_WORDS = "put the block that I like best in the middle";

    /** Checks and copies. */
    TableTask {
        goals = List.copyOf(goals);
    }

    /** What a reader understands of the instruction alone: the goals, but for a favourite, which it can only guess. */
    static final ScriptedReader.Understanding READING = new ScriptedReader.Understanding() {
        @Override
        public List<String> actions(String instruction) {
            List<PickPlace> goals = switch (instruction) {
                case MATCHING_WORDS -> bowls(0);
                case MISMATCHED_WORDS -> bowls(1);
                case STACKING_WORDS -> stack();
                case UNCLEAR_WORDS -> favourite(0);
                default -> List.of(PickPlace.parse(instruction));
            };
            return goals.stream().map(PickPlace::text).toList();
        }

        @Override
        public boolean unclear(String instruction) {
            return instruction.equals(UNCLEAR_WORDS);
        }
    };

    /** A task of a kind; with pick and place and the favourite it is drawn which. */
    static TableTask draw(Kind kind, RandomGenerator rng) {
        return switch (kind) {
            case PICK_AND_PLACE -> {
                List<PickPlace> sensible = PickPlace.all().stream()
                        .filter(goal -> goal.block() != goal.target())
                        .toList();
                PickPlace goal = sensible.get(rng.nextInt(sensible.size()));
                yield new TableTask(kind, goal.text(), List.of(goal));
            }
            case MATCHING -> new TableTask(kind, MATCHING_WORDS, bowls(0));
            case MISMATCHED -> new TableTask(kind, MISMATCHED_WORDS, bowls(1));
            case STACKING -> new TableTask(kind, STACKING_WORDS, stack());
            case WORDINGS -> {
                List<TableTask> heldOut = TableInstruction.fill("heldout", rng).stream()
                        .map(TableTask::definite)
                        .flatMap(Optional::stream)
                        .toList();
                yield heldOut.get(rng.nextInt(heldOut.size()));
            }
            case UNCLEAR ->
                new TableTask(
                        kind,
                        UNCLEAR_WORDS,
                        favourite(rng.nextInt(TableThing.blocks().size())));
        };
    }

    /** An instruction that means one skill for each of its parts, none of which is in the way of another. */
    private static Optional<TableTask> definite(TableInstruction instruction) {
        List<PickPlace> goals = new ArrayList<>();
        for (TableWish wish : instruction.wishes()) {
            List<PickPlace> admitted =
                    PickPlace.all().stream().filter(wish::admits).toList();
            if (admitted.size() != 1) {
                return Optional.empty();
            }
            goals.add(admitted.get(0));
        }
        Set<TableThing> touched = new HashSet<>();
        for (PickPlace goal : goals) {
            boolean free = touched.add(goal.block())
                    && (goal.target().kind() != TableThing.Kind.BLOCK || touched.add(goal.target()));
            if (!free) {
                return Optional.empty();
            }
        }
        return Optional.of(new TableTask(Kind.WORDINGS, instruction.text(), goals));
    }

    /** Whether the person has what was wanted; of other colours any will do. */
    boolean fulfilled(BlocksState state) {
        return left(state).isEmpty();
    }

    /** The goals that are still to be reached, in their order. */
    List<PickPlace> left(BlocksState state) {
        return goals.stream().filter(goal -> !reached(state, goal)).toList();
    }

    private boolean reached(BlocksState state, PickPlace goal) {
        return kind == Kind.MISMATCHED
                ? TableThing.bowls().stream()
                        .filter(bowl -> bowl.colour() != goal.block().colour())
                        .anyMatch(bowl -> state.achieved(new PickPlace(goal.block(), bowl)))
                : state.achieved(goal);
    }

    private static List<PickPlace> bowls(int shift) {
        List<PickPlace> goals = new ArrayList<>();
        for (TableThing block : TableThing.blocks()) {
            goals.add(new PickPlace(
                    block,
                    TableThing.bowls()
                            .get((block.colour() + shift) % TableThing.bowls().size())));
        }
        return goals;
    }

    private static List<PickPlace> stack() {
        return List.of(
                new PickPlace(TableThing.YELLOW_BLOCK, TableThing.GREEN_BLOCK),
                new PickPlace(TableThing.RED_BLOCK, TableThing.YELLOW_BLOCK));
    }

    private static List<PickPlace> favourite(int block) {
        return List.of(new PickPlace(TableThing.blocks().get(block), TableThing.MIDDLE));
    }
}
