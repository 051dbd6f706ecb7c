/**
 * Trainers of language models: one class an algorithm over {@link io.github.rlllm.torch.CausalLm}, with the mathematics of
 * {@code io.github.rlllm.engine.alignment}. A trainer makes one update a call and answers its figures; the loop stays the
 * caller's, so that it can stand in {@code io.github.rlllm.engine.run.KeptRun}, which saves and restores trainers as
 * {@link io.github.rlllm.api.Snapshot}s: trained weights, optimiser and counters, bit for bit.
 *
 * <p><b>What learns</b> is what {@link io.github.rlllm.torch.CausalLm#train} said before the trainer is made: all weights,
 * or an adapter (LoRA). With an adapter the reference of a loss is the model with the adapter off ({@link
 * io.github.rlllm.torch.CausalLm#baseLogProbs}), otherwise a frozen copy ({@link
 * io.github.rlllm.torch.CausalLm#copy}).
 *
 * <p><b>Micro-batches.</b> {@link io.github.rlllm.torch.tuning.Optimisation#microBatch} bounds what is computed at a time.
 * The gradients of the parts add up to those of the whole batch, whatever their number.
 *
 * <p><b>The training lock.</b> The engine has one collector of gradients a process: a second one, opened while the first is,
 * would steal what the first recorded. So each pass of a model, forward and back, holds {@link
 * io.github.rlllm.torch.TorchRuntime#lock}, and a loss is computed inside it. Trainers may run on several threads and wait
 * for each other pass by pass; whoever wants them to run at once starts another process. Whatever a pass made on the engine
 * is freed before it returns, gradients are added up in Java. A loss must not wait for another thread that computes.
 *
 * <p>Trainers are confined to one thread each, and a model has one trainer at a time. What is not finite (a
 * log-probability, loss or gradient) stops an update with {@link io.github.rlllm.engine.run.NotFiniteException}, which
 * names the step and the quantity; the weights are those of the update before.
 */
@NullMarked
package io.github.rlllm.torch.tuning;

import org.jspecify.annotations.NullMarked;
