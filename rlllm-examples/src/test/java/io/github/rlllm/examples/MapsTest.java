package io.github.rlllm.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MapsTest {
    @Test
    void everyBoxThatIsDrawnIsListedAndEveryListedOneIsDrawn() {
        assertEquals(3, Maps.all().size());
        for (Maps.ComponentMap map : Maps.all()) {
            List<String> drawn = new ArrayList<>();
            Matcher box = Pattern.compile("\\[([^\\]]+)\\]").matcher(map.picture());
            while (box.find()) {
                drawn.add(box.group(1));
            }
            assertEquals(new TreeSet<>(map.boxes().keySet()), new TreeSet<>(drawn), map.title());
            assertEquals(drawn.size(), new TreeSet<>(drawn).size(), map.title() + ": a box stands once");
        }
    }

    @Test
    void everyClassThatIsPrintedExistsAndIsPublic() throws ClassNotFoundException {
        List<String> names = Maps.text()
                .lines()
                .filter(line -> line.contains("io.github.rlllm."))
                .map(line -> line.substring(line.indexOf("io.github.rlllm.")))
                .toList();
        assertEquals(Maps.all().stream().mapToInt(map -> map.boxes().size()).sum(), names.size());
        for (String name : names) {
            assertTrue(Modifier.isPublic(Class.forName(name).getModifiers()), name);
        }
    }

    @Test
    void theMapsAreThoseOfTheThreeClassesOfTheTree() {
        assertEquals(
                List.of("RL4LLM", "LLM4RL", "RL+LLM"),
                Maps.all().stream().map(map -> map.title().split(":")[0]).toList());
    }
}
