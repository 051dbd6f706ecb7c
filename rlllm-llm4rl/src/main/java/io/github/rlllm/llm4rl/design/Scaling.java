package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Space;

/** Maps observations to -1 to 1 by the bounds of their space; an element without finite bounds stays as it is. */
record Scaling(Space.Box space, float[] centre, float[] half) {
    static Scaling of(Space<float[]> observations) {
        if (!(observations instanceof Space.Box box)) {
            throw new IllegalArgumentException("observationSpace: " + observations + " (expected: a box)");
        }
        int size = box.size();
        float[] centre = new float[size];
        float[] half = new float[size];
        float[] low = new float[size];
        float[] high = new float[size];
        for (int i = 0; i < size; i++) {
            boolean bounded = Float.isFinite(box.low(i)) && Float.isFinite(box.high(i)) && box.high(i) > box.low(i);
            centre[i] = bounded ? 0.5f * (box.low(i) + box.high(i)) : 0;
            half[i] = bounded ? 0.5f * (box.high(i) - box.low(i)) : 1;
            low[i] = bounded ? -1.001f : box.low(i); // room for rounding
            high[i] = bounded ? 1.001f : box.high(i);
        }
        return new Scaling(new Space.Box(low, high, box.shape()), centre, half);
    }

    float[] apply(float[] observation) {
        float[] scaled = new float[observation.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (observation[i] - centre[i]) / half[i];
        }
        return scaled;
    }
}
