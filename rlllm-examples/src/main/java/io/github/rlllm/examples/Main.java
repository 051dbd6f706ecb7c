package io.github.rlllm.examples;

/** The command {@code rlllm}. */
public final class Main {
    private Main() {}

    /**
     * Runs a command.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.out.println("rlllm " + String.join(" ", args));
    }
}
