package io.github.rlllm.engine.evaluate;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tasks that a driver or a worker knows, by name. Immutable. */
public final class Tasks {
    private final Map<String, Task> tasks = new TreeMap<>();

    private Tasks(List<Task> tasks) {
        for (Task task : tasks) {
            if (this.tasks.put(task.name(), task) != null) {
                throw new IllegalArgumentException("task: " + task.name() + " twice (expected: distinct names)");
            }
        }
    }

    /**
     * Tasks.
     *
     * @param tasks of distinct names
     * @return them
     */
    public static Tasks of(Task... tasks) {
        return of(List.of(tasks));
    }

    /**
     * Tasks.
     *
     * @param tasks of distinct names
     * @return them
     */
    public static Tasks of(List<? extends Task> tasks) {
        return new Tasks(List.copyOf(tasks));
    }

    /**
     * The names.
     *
     * @return in their natural order
     */
    public List<String> names() {
        return List.copyOf(tasks.keySet());
    }

    /**
     * Finds a task.
     *
     * @param name its name
     * @return the task
     * @throws IllegalArgumentException if there is none of that name; lists the known ones
     */
    public Task get(String name) {
        Task task = tasks.get(name);
        if (task == null) {
            throw new IllegalArgumentException("task: '" + name + "' (expected: one of " + names() + ")");
        }
        return task;
    }
}
