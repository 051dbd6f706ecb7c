package io.github.rlllm.engine.nn;

/**
 * Hyperbolic tangent as a rational function, {@code tanh(x) = x P(x^2) / Q(x^2)} with P and Q of degree 4, fitted to the
 * least greatest relative error on |x| up to {@value #LIMIT}, beyond which the float nearest to tanh is 1. In exact
 * arithmetic the fit is within 1.2e-8; in float arithmetic the result is within {@value #MAX_ERROR} of tanh.
 */
final class Tanh {
    /** The greatest absolute error in float arithmetic, tested over all magnitudes. */
    static final double MAX_ERROR = 3.5e-7;

    static final float LIMIT = 8.5f;
    static final float P0 = 0.9999999883540661f;
    static final float P1 = 0.1341322621844769f;
    static final float P2 = 0.00353400068060642f;
    static final float P3 = 2.125055169100059e-5f;
    static final float P4 = 1.426842400970782e-8f;
    static final float Q1 = 0.4674654902651265f;
    static final float Q2 = 0.02602265581096244f;
    static final float Q3 = 0.0003348819326748769f;
    static final float Q4 = 8.144820537856828e-7f;

    private Tanh() {}

    static float of(float value) {
        float x = Math.max(-LIMIT, Math.min(LIMIT, value));
        float z = x * x;
        float p = (((P4 * z + P3) * z + P2) * z + P1) * z + P0;
        float q = (((Q4 * z + Q3) * z + Q2) * z + Q1) * z + 1f;
        return Math.max(-1f, Math.min(1f, x * p / q));
    }
}
