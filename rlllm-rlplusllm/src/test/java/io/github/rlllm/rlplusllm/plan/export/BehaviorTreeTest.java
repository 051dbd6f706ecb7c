package io.github.rlllm.rlplusllm.plan.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.rlllm.api.SkillCall;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class BehaviorTreeTest {
    private static final List<BehaviorTree.Step> STEPS = BehaviorTree.steps(Workshop.library(), Workshop.PLAN);

    private static Schema schema() throws SAXException {
        return SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(Objects.requireNonNull(
                        BehaviorTreeTest.class.getResource("/exports/behavior-tree.xsd"), "behavior-tree.xsd"));
    }

    private static Document parse(String xml) throws Exception {
        schema().newValidator().validate(new StreamSource(new StringReader(xml)));
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    @Test
    void aPlanIsASequenceOfActions() throws Exception {
        String xml = BehaviorTree.xml("Build <A> & \"B\"", STEPS, 1);
        assertEquals("""
                <?xml version="1.0" encoding="UTF-8"?>
                <root BTCPP_format="4" main_tree_to_execute="Plan">
                  <BehaviorTree ID="Plan">
                    <Sequence name="Build &lt;A&gt; &amp; &quot;B&quot;">
                      <Timeout msec="90000"><Action ID="pick_up" name="pick up(store room)" from="store room"/></Timeout>
                      <Timeout msec="90000"><Action ID="pick_up" name="pick up(store room)" from="store room"/></Timeout>
                      <Timeout msec="90000"><Action ID="go_to" name="go to(store room, hall 2)" from="store room" target="hall 2"/></Timeout>
                      <Timeout msec="90000"><Action ID="build" name="build(&quot;A&amp;B&quot;)" plan="&quot;A&amp;B&quot;"/></Timeout>
                    </Sequence>
                  </BehaviorTree>
                  <TreeNodesModel>
                    <Action ID="pick_up">
                      <input_port name="from" type="std::string">from</input_port>
                    </Action>
                    <Action ID="go_to">
                      <input_port name="from" type="std::string">from</input_port>
                      <input_port name="target" type="std::string">target</input_port>
                    </Action>
                    <Action ID="build">
                      <input_port name="plan" type="std::string">plan</input_port>
                    </Action>
                  </TreeNodesModel>
                </root>
                """, xml);
        parse(xml);
        assertEquals(
                4,
                parse(BehaviorTree.xml("again", STEPS, 3))
                        .getElementsByTagName("RetryUntilSuccessful")
                        .getLength());
    }

    @Test
    void theSchemaRefusesWhatTheFormatHasNot() throws Exception {
        String xml = BehaviorTree.xml("x", STEPS, 1);
        for (String broken : List.of(
                xml.replace("BTCPP_format=\"4\"", "BTCPP_format=\"3\""),
                xml.replace("<BehaviorTree ID=\"Plan\">", "<BehaviorTree>"),
                xml.replaceFirst("msec=\"90000\"", "msec=\"soon\""),
                xml.replaceFirst("<Action ID=\"pick_up\"", "<Action"),
                xml.replaceFirst("<Timeout msec=\"90000\">", "<Timeout msec=\"90000\"><AlwaysSuccess/>"))) {
            assertThrows(SAXException.class, () -> parse(broken), broken);
        }
    }

    @Test
    void whatTheFormatCannotSayIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> BehaviorTree.xml("x", List.of(), 1));
        assertThrows(IllegalArgumentException.class, () -> BehaviorTree.xml("x", STEPS, 0));
        assertThrows(IllegalArgumentException.class, () -> BehaviorTree.xml("bell \u0007", STEPS, 1));
        BehaviorTree.Step pointer = new BehaviorTree.Step("go", Map.of("to", "{goal}"), Duration.ofSeconds(1));
        assertThrows(IllegalArgumentException.class, () -> BehaviorTree.xml("x", List.of(pointer), 1));
        assertThrows(
                IllegalArgumentException.class, () -> new BehaviorTree.Step("go", Map.of(), Duration.ofSeconds(0)));
        assertThrows(
                IllegalArgumentException.class,
                () -> BehaviorTree.steps(Workshop.library(), List.of(SkillCall.of("go to", "moon", "hall 2"))));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars("ab <>&\"'\n\t;é漢{}[]%")
                .ofMinLength(1)
                .ofMaxLength(12)
                .filter(text -> !(text.startsWith("{") && text.endsWith("}")));
    }

    /** What is written is read back, whatever the texts are. */
    @Property(tries = 200)
    void argumentsSurvive(@ForAll("texts") String task, @ForAll("texts") String name, @ForAll("texts") String argument)
            throws Exception {
        List<BehaviorTree.Step> steps =
                List.of(new BehaviorTree.Step(name, Map.of("name", argument), Duration.ofMillis(1)));
        Document document = parse(BehaviorTree.xml(task, steps, 1));
        assertEquals(task, ((Element) document.getElementsByTagName("Sequence").item(0)).getAttribute("name"));
        NodeList actions = document.getElementsByTagName("Action");
        Element action = (Element) actions.item(0);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < action.getAttributes().getLength(); i++) {
            String attribute = action.getAttributes().item(i).getNodeName();
            if (!List.of("ID", "name").contains(attribute)) {
                values.add(action.getAttribute(attribute));
            }
        }
        assertEquals(List.of(argument), values);
    }
}
