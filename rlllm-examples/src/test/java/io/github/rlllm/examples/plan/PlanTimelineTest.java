package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.api.SkillResult.Status;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PlanTimelineTest {
    private static PlanEvent ran(String skill, Status status, String text) {
        return PlanEvent.executed(SkillCall.of(skill), new SkillResult(status, text));
    }

    private static List<String> texts(String svg) throws Exception {
        Element root = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
        assertEquals("svg", root.getTagName());
        NodeList nodes = root.getElementsByTagName("text");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        return texts;
    }

    @Test
    void skillsAndFeedbackStandInTheirOrderAndRepetitionsShareALine() throws Exception {
        String svg = PlanTimeline.svg(
                "a < b & c",
                List.of(
                        ran("find tree", Status.SUCCESS, ""),
                        ran("log", Status.FAILED, "no tree"),
                        ran("log", Status.FAILED, "no tree"),
                        PlanEvent.said("scene", "<tree> \u0000 & table")));
        assertEquals(
                List.of(
                        "a < b & c",
                        "1",
                        "find tree: success",
                        "2",
                        "log: no tree (2 times)",
                        "4",
                        "scene: <tree>   & table"),
                texts(svg));
        assertTrue(svg.contains("#3a923a") && svg.contains("#c03d3e"), svg);
    }

    @Test
    void theMiddleOfALongPlanIsLeftOutAndSaidSo() throws Exception {
        List<PlanEvent> events = new ArrayList<>();
        for (int i = 1; i <= 500; i++) {
            events.add(ran("step " + i, Status.SUCCESS, ""));
        }
        List<String> texts = texts(PlanTimeline.svg("long", events));
        assertEquals(1 + 2 * PlanTimeline.MOST_LINES + 1, texts.size());
        assertTrue(texts.contains("380 lines of 500 are left out"), texts.toString());
        assertTrue(texts.contains("step 1: success") && texts.contains("step 500: success"), texts.toString());
    }

    @Test
    void itIsWrittenAmongThePictures(@TempDir Path folder) throws Exception {
        Path file = PlanTimeline.write(folder, "plan-1", "nothing", List.of());
        assertEquals(folder.resolve("pictures").resolve("plan-1.svg"), file);
        assertEquals(List.of("nothing", "nothing happened"), texts(Files.readString(file)));
        String message = assertThrows(
                        IllegalArgumentException.class, () -> PlanTimeline.write(folder, "../x", "", List.of()))
                .getMessage();
        assertEquals("name: '../x' (expected: letters, digits and hyphens)", message);
    }
}
