package io.github.rlllm.examples;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, and what no library class may reach for. */
class ArchitectureTest {
    private static final String ROOT = "io.github.rlllm.";
    private static final String[] STUDIES = {ROOT + "rl4llm..", ROOT + "llm4rl..", ROOT + "rlplusllm.."};
    /** Rooms that the studies of one module share; they know no study. */
    private static final Set<String> SHARED =
            Set.of(ROOT + "rlplusllm.plan", ROOT + "rl4llm.feedback", ROOT + "rl4llm.replies", ROOT + "llm4rl.design");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.rlllm");

    @Test
    void everyModuleWasRead() {
        for (String room : List.of("api", "engine", "cluster", "torch", "rlplusllm", "examples", "testkit")) {
            assertTrue(
                    CLASSES.stream().anyMatch(type -> type.getPackageName().startsWith(ROOT + room)),
                    "no class of " + room + " on the class path");
        }
    }

    @Test
    void theApiKnowsTheJdkAndJSpecifyAlone() {
        holds(classes()
                .that()
                .resideInAPackage(ROOT + "api..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(ROOT + "api..", "java..", "org.jspecify.."));
    }

    @Test
    void theTestkitKnowsTheApiAlone() {
        holds(none(ROOT + "testkit..", ROOT + "engine..", ROOT + "torch..", ROOT + "examples..", STUDIES));
    }

    @Test
    void arrowsRunFromStudyToEngineOrTorchToApi() {
        holds(none(ROOT + "engine..", ROOT + "torch..", ROOT + "examples..", ROOT + "testkit..", STUDIES));
        holds(none(ROOT + "torch..", ROOT + "examples..", ROOT + "testkit..", "org.junit..", STUDIES));
        holds(none(ROOT + "cluster..", ROOT + "torch..", ROOT + "examples..", ROOT + "testkit..", STUDIES));
        holds(noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "cluster..", ROOT + "examples..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "cluster..", "org.apache.pekko..", "scala..", "com.typesafe.."));
        for (String module : STUDIES) {
            holds(none(module, ROOT + "examples..", ROOT + "testkit..", "org.junit..", new String[0]));
        }
    }

    private static ArchRule none(String from, String one, String two, String three, String... others) {
        String[] all = new String[others.length + 3];
        all[0] = one;
        all[1] = two;
        all[2] = three;
        System.arraycopy(others, 0, all, 3, others.length);
        return noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(all)
                .allowEmptyShould(true);
    }

    /** Every study is a slice: the package below its module, unless it is a shared room. */
    private static final SliceAssignment STUDY = new SliceAssignment() {
        @Override
        public String getDescription() {
            return "studies";
        }

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return study(type.getPackageName()).map(SliceIdentifier::of).orElseGet(SliceIdentifier::ignore);
        }
    };

    private static java.util.Optional<String> study(String packageName) {
        String[] parts = packageName.split("\\.");
        if (parts.length < 5 || !Set.of("rl4llm", "llm4rl", "rlplusllm").contains(parts[3])) {
            return java.util.Optional.empty();
        }
        String study = String.join(".", parts[0], parts[1], parts[2], parts[3], parts[4]);
        return SHARED.contains(study) ? java.util.Optional.empty() : java.util.Optional.of(study);
    }

    @Test
    void studiesNeverDependOnEachOther() {
        assertEquals(
                "io.github.rlllm.rlplusllm.saycan",
                study("io.github.rlllm.rlplusllm.saycan.more").orElseThrow());
        holds(slices().assignedFrom(STUDY).should().notDependOnEachOther().allowEmptyShould(true));
    }

    @Test
    void sharedRoomsKnowNoStudy() {
        holds(noClasses()
                .that(resideInAnyPackage(SHARED.toArray(new String[0])))
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "belong to a study",
                        type -> study(type.getPackageName()).isPresent()))
                .allowEmptyShould(true));
    }

    /** DJL lives in the torch module and in what trains transformers with it. */
    @Test
    void theLightModulesKnowNoNativeEngine() {
        holds(noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + "api..", ROOT + "engine..", ROOT + "cluster..", ROOT + "rlplusllm..", ROOT + "testkit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "ai.djl..", "ai.onnxruntime..", "org.knowm.xchart..", "me.tongfei.progressbar..", "picocli.."));
    }

    @Test
    void onlyTheExamplesPrint() {
        holds(noClasses()
                .that(DescribedPredicate.not(resideInAPackage(ROOT + "examples..")))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethodWhere(target(name("printStackTrace"))));
    }

    @Test
    void randomnessIsPassedIn() {
        ArchRule rule = noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(java.util.Collections.class, "shuffle", List.class)
                .orShould()
                .callMethod(RandomGenerator.class, "getDefault");
        holds(rule);
    }

    @Test
    void loggingIsSlf4j() {
        holds(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.apache.log4j.."));
    }

    /** The wall clock decides nothing in the studies and the mathematics; it is passed in where it is needed. */
    @Test
    void theMathematicsHasNoClock() {
        holds(noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + "api..",
                        ROOT + "engine.world..",
                        ROOT + "engine.returns..",
                        ROOT + "engine.alignment..",
                        ROOT + "engine.learner..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .allowEmptyShould(true));
    }

    private static void holds(ArchRule rule) {
        rule.check(CLASSES);
    }

    /** The rules can fail: this class, were it part of the library, would break two of them. */
    @Test
    void theRulesCanFail() {
        JavaClasses broken = new ClassFileImporter().importClasses(Broken.class);
        assertThrows(
                AssertionError.class,
                () -> noClasses().should().callMethod(Math.class, "random").check(broken));
        assertThrows(
                AssertionError.class,
                () -> noClasses().should().accessField(System.class, "out").check(broken));
    }

    static final class Broken {
        void print() {
            System.out.println(Math.random());
        }
    }
}
