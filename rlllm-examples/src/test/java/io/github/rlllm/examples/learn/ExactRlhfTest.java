package io.github.rlllm.examples.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.rl4llm.exact.ExactTuning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A brief run: every arm is there, and what enumeration decides holds however brief it is. */
class ExactRlhfTest {
    @TempDir
    Path folder;

    @Test
    void enumerationDecidesWhateverTheSamples() throws Exception {
        ExactRlhf run = new ExactRlhf(ExactTuning.Config.defaults().withRollouts(20), () -> 0);
        assertEquals(5, run.seeds());
        Result result = run.run(new RunRequest(2, folder, Progress.none(), Control.none()));
        Map<String, Arm> arms = result.arms().stream().collect(Collectors.toMap(Arm::name, arm -> arm));
        assertEquals(14 + 9 + 5, arms.size(), arms.keySet().toString());
        Arm optimum = arms.get("optimum, ref exp(r / beta) / Z");
        assertEquals(0, optimum.metrics().get("KL(pi || optimum)").mean(), 1e-12);
        double far = arms.get("reference").metrics().get("KL(pi || optimum)").mean();
        assertTrue(arms.get("RLOO").metrics().get("KL(pi || optimum)").mean() < far);
        assertTrue(arms.get("best of 8").metrics().get("KL(pi || ref)").mean() <= Math.log(8) - 7.0 / 8);
        assertEquals(2, optimum.metrics().get("true reward").values().size());
        for (Aim aim : result.aims()) {
            if (aim.name().startsWith("gradient: ") || aim.name().startsWith("k1 as a loss")) {
                assertTrue(aim.holds(), aim.toString());
            }
        }
        assertEquals(15, result.aims().size());
        String picture = Files.readString(folder.resolve("frontier.svg"));
        assertTrue(picture.contains(">optimum, ref exp(r / beta) / Z</text>"), picture);
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("frontier.svg").toFile());
    }
}
