"""Opens what was exported: unified-planning reads and validates, ENHSP plans, BehaviorTree.CPP runs.

Usage: open_exports.py FOLDER, with NAME.domain.pddl, NAME.problem.pddl, NAME.plan, NAME.solve (empty: ENHSP plans too)
and NAME.xml beside NAME.calls, the calls that the tree runs, one a line. Prints a line for each.
"""
import pathlib
import sys
import xml.etree.ElementTree as tree

import behaviortreepy as bt
from unified_planning.engines import ValidationResultStatus
from unified_planning.io import PDDLReader
from unified_planning.shortcuts import OneshotPlanner, PlanValidator, get_environment

get_environment().credits_stream = None
folder = pathlib.Path(sys.argv[1])


def valid(problem, plan):
    with PlanValidator(problem_kind=problem.kind, plan_kind=plan.kind) as validator:
        return validator.validate(problem, plan).status == ValidationResultStatus.VALID


for domain in sorted(folder.glob("*.domain.pddl")):
    name = domain.name.removesuffix(".domain.pddl")
    reader = PDDLReader()
    problem = reader.parse_problem(str(domain), str(folder / f"{name}.problem.pddl"))
    plan = reader.parse_plan(problem, str(folder / f"{name}.plan"))
    print("valid" if valid(problem, plan) else "INVALID", name, len(plan.actions))
    for i in range(len(plan.actions)):  # a plan with a step left out must not pass, or the validator says nothing
        if (folder / f"{name}.solve").exists():
            actions = plan.actions[:i] + plan.actions[i + 1:]
            shorter = type(plan)(actions)
            print("shorter", name, i, "VALID" if valid(problem, shorter) else "invalid")
    if (folder / f"{name}.solve").exists():
        with OneshotPlanner(name="enhsp") as planner:
            found = planner.solve(problem)
        print("solved" if found.plan and valid(problem, found.plan) else "UNSOLVED", name,
              len(found.plan.actions) if found.plan else found.status)

for file in sorted(folder.glob("*.xml")):
    name = file.name.removesuffix(".xml")
    ran = []

    def tick(node):
        ran.append(node.name())
        return bt.NodeStatus.SUCCESS

    document = tree.parse(file)
    factory = bt.BehaviorTreeFactory()
    for action in document.getroot().find("TreeNodesModel"):
        factory.register_simple_action(action.get("ID"), tick)
    for action in document.getroot().find("BehaviorTree").iter("Action"):
        for port in set(action.keys()) - {"ID", "name"}:
            del action.attrib[port]  # these bindings cannot declare ports, and the library refuses undeclared ones
    status = factory.create_tree_from_text(tree.tostring(document.getroot(), encoding="unicode")).tick_while_running()
    same = ran == (folder / f"{name}.calls").read_text(encoding="utf-8").splitlines()
    print("ran" if same and status == bt.NodeStatus.SUCCESS else f"DIFFERENT {ran}", name, len(ran))
