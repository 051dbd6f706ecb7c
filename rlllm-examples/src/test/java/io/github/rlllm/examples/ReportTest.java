package io.github.rlllm.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.RunFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Result NOTHING = new Result("study", 1, 0, "machine", List.of(), List.of());

    @Test
    void everyPictureOfTheRunIsShownWithoutItsScripts(@TempDir Path path) throws Exception {
        String svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>a &lt;b&gt; &quot;c&quot;</title>"
                + "<script>alert(1)</script></svg>";
        Files.createDirectories(path.resolve("pictures"));
        Files.writeString(path.resolve("pictures/table.svg"), svg);
        Files.writeString(path.resolve("pictures/notes.txt"), "no picture");
        RunFolder folder = RunFolder.open(path);
        Report.write(folder, NOTHING, new ObjectMapper().createObjectNode());
        String page = Files.readString(path.resolve("report.html"));
        String data = Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8));
        assertTrue(page.contains("<h3>table: a &lt;b&gt; &quot;c&quot;</h3>"), page);
        assertTrue(page.contains("src=\"data:image/svg+xml;base64," + data + "\""), page);
        assertFalse(page.contains("<script>"), "only as an image");
        assertFalse(page.contains("notes"));

        Report.clearMetrics(folder);
        assertFalse(Files.exists(path.resolve("pictures/table.svg")));
        Report.write(folder, NOTHING, new ObjectMapper().createObjectNode());
        assertEquals(-1, Files.readString(path.resolve("report.html")).indexOf("Pictures"));
    }
}
