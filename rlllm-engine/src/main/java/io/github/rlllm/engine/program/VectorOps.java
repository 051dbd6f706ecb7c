package io.github.rlllm.engine.program;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Operations of one or two vectors. */
final class VectorOps {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final DoubleVector ZERO = DoubleVector.zero(SPECIES);
    private static final DoubleVector ONE = DoubleVector.broadcast(SPECIES, 1);

    private VectorOps() {}

    private static LongVector bits(DoubleVector x) {
        return x.reinterpretAsLongs();
    }

    static BlockKernels.Operation add(int a, int b, int out) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] ys = arrays[b];
            int yAt = places[b];
            double[] to = arrays[out];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                DoubleVector y = DoubleVector.fromArray(SPECIES, ys, yAt + i);
                x.add(y).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation subtract(int a, int b, int out) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] ys = arrays[b];
            int yAt = places[b];
            double[] to = arrays[out];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                DoubleVector y = DoubleVector.fromArray(SPECIES, ys, yAt + i);
                x.sub(y).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation multiply(int a, int b, int out) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] ys = arrays[b];
            int yAt = places[b];
            double[] to = arrays[out];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                DoubleVector y = DoubleVector.fromArray(SPECIES, ys, yAt + i);
                x.mul(y).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation divide(int a, int b, int out) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] ys = arrays[b];
            int yAt = places[b];
            double[] to = arrays[out];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                DoubleVector y = DoubleVector.fromArray(SPECIES, ys, yAt + i);
                x.div(y).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation min(int a, int b, int out) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] ys = arrays[b];
            int yAt = places[b];
            double[] to = arrays[out];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                DoubleVector y = DoubleVector.fromArray(SPECIES, ys, yAt + i);
                x.min(y).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation max(int a, int b, int out) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] ys = arrays[b];
            int yAt = places[b];
            double[] to = arrays[out];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                DoubleVector y = DoubleVector.fromArray(SPECIES, ys, yAt + i);
                x.max(y).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation less(int a, int b, int out) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] ys = arrays[b];
            int yAt = places[b];
            double[] to = arrays[out];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                DoubleVector y = DoubleVector.fromArray(SPECIES, ys, yAt + i);
                ZERO.blend(ONE, x.compare(VectorOperators.LT, y)).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation atMost(int a, int b, int out) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] ys = arrays[b];
            int yAt = places[b];
            double[] to = arrays[out];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                DoubleVector y = DoubleVector.fromArray(SPECIES, ys, yAt + i);
                ZERO.blend(ONE, x.compare(VectorOperators.LE, y)).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation equal(int a, int b, int out) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] ys = arrays[b];
            int yAt = places[b];
            double[] to = arrays[out];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                DoubleVector y = DoubleVector.fromArray(SPECIES, ys, yAt + i);
                ZERO.blend(ONE, x.compare(VectorOperators.EQ, y)).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation and(int a, int b, int out) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] ys = arrays[b];
            int yAt = places[b];
            double[] to = arrays[out];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                DoubleVector y = DoubleVector.fromArray(SPECIES, ys, yAt + i);
                bits(x).lanewise(VectorOperators.AND, bits(y))
                        .reinterpretAsDoubles()
                        .intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation or(int a, int b, int out) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] ys = arrays[b];
            int yAt = places[b];
            double[] to = arrays[out];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                DoubleVector y = DoubleVector.fromArray(SPECIES, ys, yAt + i);
                bits(x).lanewise(VectorOperators.OR, bits(y))
                        .reinterpretAsDoubles()
                        .intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation addConstant(int a, int out, double constant) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] to = arrays[out];
            DoubleVector k = DoubleVector.broadcast(SPECIES, constant);
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                x.add(k).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation subtractFromConstant(int a, int out, double constant) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] to = arrays[out];
            DoubleVector k = DoubleVector.broadcast(SPECIES, constant);
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                k.sub(x).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation multiplyByConstant(int a, int out, double constant) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] to = arrays[out];
            DoubleVector k = DoubleVector.broadcast(SPECIES, constant);
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                x.mul(k).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation divideByConstant(int a, int out, double constant) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] to = arrays[out];
            DoubleVector k = DoubleVector.broadcast(SPECIES, constant);
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                x.div(k).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation minConstant(int a, int out, double constant) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] to = arrays[out];
            DoubleVector k = DoubleVector.broadcast(SPECIES, constant);
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                x.min(k).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation maxConstant(int a, int out, double constant) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] to = arrays[out];
            DoubleVector k = DoubleVector.broadcast(SPECIES, constant);
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                x.max(k).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation lessThanConstant(int a, int out, double constant) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] to = arrays[out];
            DoubleVector k = DoubleVector.broadcast(SPECIES, constant);
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                ZERO.blend(ONE, x.compare(VectorOperators.LT, k)).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation greaterThanConstant(int a, int out, double constant) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] to = arrays[out];
            DoubleVector k = DoubleVector.broadcast(SPECIES, constant);
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                ZERO.blend(ONE, x.compare(VectorOperators.GT, k)).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation abs(int a, int out) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] to = arrays[out];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                x.abs().intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation sqrt(int a, int out) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] to = arrays[out];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                x.sqrt().intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation multiplyThenAdd(int a, int b, int c, int out) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] ys = arrays[b];
            int yAt = places[b];
            double[] zs = arrays[c];
            int zAt = places[c];
            double[] to = arrays[out];
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                DoubleVector y = DoubleVector.fromArray(SPECIES, ys, yAt + i);
                DoubleVector z = DoubleVector.fromArray(SPECIES, zs, zAt + i);
                x.mul(y).add(z).intoArray(to, i);
            }
        };
    }

    static BlockKernels.Operation scaleThenAdd(int a, int b, int out, double constant) {
        return (arrays, places, n) -> {
            double[] xs = arrays[a];
            int xAt = places[a];
            double[] ys = arrays[b];
            int yAt = places[b];
            double[] to = arrays[out];
            DoubleVector k = DoubleVector.broadcast(SPECIES, constant);
            for (int i = 0; i < n; i += LANES) {
                DoubleVector x = DoubleVector.fromArray(SPECIES, xs, xAt + i);
                DoubleVector y = DoubleVector.fromArray(SPECIES, ys, yAt + i);
                x.mul(k).add(y).intoArray(to, i);
            }
        };
    }
}
