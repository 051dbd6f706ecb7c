/** Contract kits that a user extends for parts of their own. */
@NullMarked
package io.github.rlllm.testkit;

import org.jspecify.annotations.NullMarked;
