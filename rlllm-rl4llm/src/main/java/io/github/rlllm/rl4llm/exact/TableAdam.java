package io.github.rlllm.rl4llm.exact;

/** Adam (Kingma and Ba 2015) on a table in double precision, with beta1 .9, beta2 .99, epsilon 1e-8. */
final class TableAdam {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.99;
    private static final double EPSILON = 1e-8;

    private final double[][] m;
    private final double[][] v;
    private int steps;

    TableAdam(double[][] shape) {
        m = new double[shape.length][];
        v = new double[shape.length][];
        for (int i = 0; i < shape.length; i++) {
            m[i] = new double[shape[i].length];
            v[i] = new double[shape[i].length];
        }
    }

    void step(double[][] table, double[][] gradient, double rate) {
        steps++;
        double size = rate / (1 - Math.pow(BETA1, steps));
        double root = Math.sqrt(1 - Math.pow(BETA2, steps));
        for (int i = 0; i < table.length; i++) {
            for (int j = 0; j < table[i].length; j++) {
                double g = gradient[i][j];
                m[i][j] = BETA1 * m[i][j] + (1 - BETA1) * g;
                v[i][j] = BETA2 * v[i][j] + (1 - BETA2) * g * g;
                table[i][j] -= size * m[i][j] / (Math.sqrt(v[i][j]) / root + EPSILON);
            }
        }
    }
}
