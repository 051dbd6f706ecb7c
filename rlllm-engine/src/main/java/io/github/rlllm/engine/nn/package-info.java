/**
 * Small fully connected networks in plain Java: forward, backward, Adam. Vector API kernels where the module
 * {@code jdk.incubator.vector} is present, a scalar twin otherwise.
 *
 * <p>Reading a network ({@link io.github.rlllm.engine.nn.Mlp#forward}) is thread-safe while nobody trains it; training
 * is confined to one thread. Nothing native is held, so nothing has to be closed.
 */
@NullMarked
package io.github.rlllm.engine.nn;

import org.jspecify.annotations.NullMarked;
