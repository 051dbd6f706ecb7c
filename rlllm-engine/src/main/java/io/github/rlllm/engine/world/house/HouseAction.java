package io.github.rlllm.engine.world.house;

/** The primitive actions, in the order of their numbers. */
public enum HouseAction {
    /** Turn left. */
    LEFT,
    /** Turn right. */
    RIGHT,
    /** Step onto the cell in front, if it is floor or an open door. */
    FORWARD,
    /** Take the portable thing in front, with empty hands. */
    PICK_UP,
    /** Put what is carried onto the floor in front, unless that cell is a doorstep. */
    DROP,
    /** Open or close the door in front; a locked one with its key in hand. */
    TOGGLE;

    private static final HouseAction[] VALUES = values();

    /**
     * The action of a number.
     *
     * @param number from 0 to 5
     * @return the action
     */
    static HouseAction of(int number) {
        return VALUES[number];
    }
}
