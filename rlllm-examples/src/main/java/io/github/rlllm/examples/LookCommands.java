package io.github.rlllm.examples;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that show the catalogue. */
final class LookCommands {
    private LookCommands() {}

    @Command(name = "list", description = "The studies and what works.", mixinStandardHelpOptions = true)
    static final class ListCommand implements Runnable {
        private final Catalogue catalogue;
        private final Registry registry;
        private final PrintStream out;

        ListCommand(Catalogue catalogue, Registry registry, PrintStream out) {
            this.catalogue = catalogue;
            this.registry = registry;
            this.out = out;
        }

        @Override
        public void run() {
            TextTable table = new TextTable("id", "class", "branch", "paper", "status");
            for (Catalogue.Study study : catalogue.studies()) {
                table.add(
                        study.id(),
                        study.category(),
                        study.branch(),
                        study.authors() + " " + study.year(),
                        catalogue.status(study));
            }
            out.print(table);
            out.println();
            out.println("rlllm run ID: " + joined(registry.runs().keySet()));
            out.println("rlllm bench NAME: " + joined(registry.benches().keySet()));
            out.flush();
        }
    }

    @Command(name = "tree", description = "The taxonomy tree.", mixinStandardHelpOptions = true)
    static final class TreeCommand implements Runnable {
        private final Catalogue catalogue;
        private final PrintStream out;

        TreeCommand(Catalogue catalogue, PrintStream out) {
            this.catalogue = catalogue;
            this.out = out;
        }

        @Override
        public void run() {
            out.println("RL/LLM Taxonomy Tree (arXiv 2402.01874); * works, o planned");
            List<String> categories = catalogue.studies().stream()
                    .map(Catalogue.Study::category)
                    .distinct()
                    .toList();
            for (int c = 0; c < categories.size(); c++) {
                boolean lastCategory = c == categories.size() - 1;
                out.println((lastCategory ? "`-- " : "|-- ") + categories.get(c));
                category(categories.get(c), lastCategory ? "    " : "|   ");
            }
            out.flush();
        }

        private void category(String category, String indent) {
            List<Catalogue.Study> studies = catalogue.studies().stream()
                    .filter(study -> study.category().equals(category))
                    .toList();
            List<String> branches =
                    studies.stream().map(Catalogue.Study::branch).distinct().toList();
            for (int b = 0; b < branches.size(); b++) {
                String branch = branches.get(b);
                boolean lastBranch = b == branches.size() - 1;
                out.println(indent + (lastBranch ? "`-- " : "|-- ") + branch);
                List<Catalogue.Study> leaves = studies.stream()
                        .filter(study -> study.branch().equals(branch))
                        .toList();
                for (int s = 0; s < leaves.size(); s++) {
                    Catalogue.Study study = leaves.get(s);
                    String mark = catalogue.status(study).equals("works") ? "* " : "o ";
                    out.println(indent + (lastBranch ? "    " : "|   ") + (s == leaves.size() - 1 ? "`-- " : "|-- ")
                            + mark + study.id() + " (" + study.authors() + " " + study.year() + ")");
                }
            }
        }
    }

    @Command(name = "show", description = "Everything about one study.", mixinStandardHelpOptions = true)
    static final class ShowCommand implements Callable<Integer> {
        @Parameters(paramLabel = "ID", description = "the study's id, as rlllm list gives it")
        private String id = "";

        @Option(
                names = "--prompts",
                description = "show the prompts, character by character as a language model sees them")
        private boolean prompts;

        private final Catalogue catalogue;
        private final Registry registry;
        private final Terminal terminal;

        ShowCommand(Catalogue catalogue, Registry registry, Terminal terminal) {
            this.catalogue = catalogue;
            this.registry = registry;
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            Catalogue.Study study = catalogue.find(id).orElse(null);
            if (study == null) {
                terminal.err().println("id: " + id + " (expected: one of " + catalogue.known() + ")");
                return Main.USAGE;
            }
            PrintStream out = terminal.out();
            if (prompts) {
                Supplier<String> shown = registry.prompts().get(study.id());
                if (shown == null) {
                    terminal.err()
                            .println("prompts: none of " + study.id() + " (expected: one of "
                                    + joined(registry.prompts().keySet()) + ")");
                    return Main.USAGE;
                }
                out.println(shown.get());
                out.flush();
                return 0;
            }
            String status = catalogue.status(study);
            out.println("id       " + study.id());
            out.println("class    " + study.category());
            out.println("branch   " + study.branch());
            out.println("title    " + study.title());
            out.println("authors  " + study.authors());
            out.println("year     " + study.year());
            out.println("paper    " + (study.paper().isEmpty() ? "no one paper" : study.paper()));
            out.println("status   " + status);
            if (status.equals("works")) {
                out.println("run      rlllm run " + study.id());
            }
            if (registry.prompts().containsKey(study.id())) {
                out.println("prompts  rlllm show " + study.id() + " --prompts");
            }
            out.flush();
            return 0;
        }
    }

    @Command(
            name = "maps",
            description = "The component maps of the tree's three classes, box to class.",
            mixinStandardHelpOptions = true)
    static final class MapsCommand implements Runnable {
        private final PrintStream out;

        MapsCommand(PrintStream out) {
            this.out = out;
        }

        @Override
        public void run() {
            out.print(Maps.text());
            out.flush();
        }
    }

    private static String joined(java.util.Set<String> names) {
        return names.isEmpty() ? "none yet" : String.join(", ", names);
    }
}
