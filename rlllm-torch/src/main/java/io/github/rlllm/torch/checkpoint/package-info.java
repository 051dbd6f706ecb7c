/**
 * Readers and writers of checkpoints in plain Java: Hugging Face folders with safetensors, GGUF files, LoRA adapters. No
 * engine and no native library is needed, and no number of a file decides how much memory is taken before it was
 * compared with the size of the file.
 */
@NullMarked
package io.github.rlllm.torch.checkpoint;

import org.jspecify.annotations.NullMarked;
