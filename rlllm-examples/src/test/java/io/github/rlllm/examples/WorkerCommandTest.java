package io.github.rlllm.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerCommandTest {
    @Test
    void aWorkerKnowsTheTrainingsByName() {
        assertEquals(
                List.of(
                        "mountain-car training",
                        "search autoscaling",
                        "search mountain-car",
                        "search push",
                        "search reach",
                        "search swimmer",
                        "test autoscaling",
                        "test mountain-car",
                        "test push",
                        "test reach",
                        "test swimmer"),
                WorkerCommand.tasks().names());
    }
}
