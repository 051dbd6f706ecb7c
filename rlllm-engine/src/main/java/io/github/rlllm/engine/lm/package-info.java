/**
 * Language models at the edge: LangChain4j's chat and embedding models as this library's own contracts, a server's
 * log-probabilities, encoders that serve as controls, and a small head fitted on a frozen encoder.
 */
@NullMarked
package io.github.rlllm.engine.lm;

import org.jspecify.annotations.NullMarked;
