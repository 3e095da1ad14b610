"""What a diagram names beside itself: forms, connectors, called processes, other steps."""

from pikflow.engine.checks.report import Report, named
from pikflow.engine.checks.vocabulary import closest
from pikflow.engine.checks.world import PEOPLE, World, form_ids
from pikflow.engine.facts import Usage
from pikflow.engine.model import Model, Node, Process


def check(model: Model, world: World, report: Report) -> None:
    for process in model.processes.values():
        for node in process.nodes.values():
            if node.kind in PEOPLE and "connector" not in node.attributes:
                _person(node, world, report)
            if node.kind == "task":
                report.information(
                    node,
                    "task-untyped",
                    f"Die {named(node)} hat keine Art und gilt als manuelle Aufgabe.",
                    "Machen Sie daraus eine Benutzer-Aufgabe mit Formular, oder eine Skript- oder "
                    "Dienst-Aufgabe.",
                )
            if node.kind == "callActivity":
                _call(node, world, report)
            if node.kind == "serviceTask" or "connector" in node.attributes:
                _connector(node, world, report)
            if "form" in node.attributes:
                _form(process, node, world, report)
            _four_eyes(node, world, report)


def _person(node: Node, world: World, report: Report) -> None:
    if node.kind == "userTask" and "form" not in node.attributes and world.forms is not None:
        report.warning(
            node,
            "form-not-named",
            f"Die {named(node)} nennt kein Formular; sie lässt sich nur abhaken.",
            "Geben Sie ein Formular in pik:form an, oder nehmen Sie eine manuelle Aufgabe.",
        )


def _form(process: Process, node: Node, world: World, report: Report) -> None:
    if world.forms is None:
        return
    text = node.attributes["form"].strip()
    known = frozenset(world.forms)
    if not text:
        report.error(
            node,
            "form-unknown",
            f"Die {named(node)} nennt ein leeres Formular.",
            "Füllen Sie pik:form.",
        )
    elif text.startswith("catalog:"):
        role = text.partition(":")[2]
        for usage in world.usages:
            if role not in usage.forms and process.id in usage.processes:
                report.error(
                    node,
                    "form-role-unknown",
                    f"Die {named(node)} braucht das Formular „{role}“; für „{usage.name}“ ist im "
                    "Katalog keines eingetragen.",
                    closest(role, frozenset(usage.forms))
                    + f"Tragen Sie „{role}“ unter forms der Maßnahme ein.",
                )
    for form in form_ids(node, _of_process(process, world)):
        if form and form not in known:
            report.error(
                node,
                "form-unknown",
                f"Das Formular „{form}“ ({named(node)}) gibt es nicht.",
                closest(form, known) + "Legen Sie es an, oder berichtigen Sie die Kennung.",
            )


def _of_process(process: Process, world: World) -> list[Usage]:
    return [usage for usage in world.usages if process.id in usage.processes]


def _connector(node: Node, world: World, report: Report) -> None:
    name = node.attributes.get("connector", "").strip()
    if not name:
        report.error(
            node,
            "connector-not-named",
            f"Die {named(node)} nennt keinen Konnektor; niemand führt sie aus.",
            "Geben Sie in pik:connector den Namen eines Konnektors an.",
        )
    elif world.connectors is not None and name not in world.connectors:
        report.error(
            node,
            "connector-unknown",
            f"Den Konnektor „{name}“ ({named(node)}) gibt es nicht.",
            closest(name, frozenset(world.connectors))
            + "Registrieren Sie den Konnektor, oder berichtigen Sie den Namen.",
        )


def _call(node: Node, world: World, report: Report) -> None:
    if not node.called:
        report.error(
            node,
            "called-process-not-named",
            f"Der {named(node)} sagt nicht, welchen Prozess er aufruft.",
            "Wählen Sie den Prozess aus (calledElement).",
        )
    elif node.called not in world.processes:
        report.error(
            node,
            "called-process-unknown",
            f"Den Prozess „{node.called}“, den „{node.label}“ aufruft, gibt es nicht.",
            closest(node.called, frozenset(world.processes))
            + "Geben Sie die Datei mit diesem Prozess dazu, oder berichtigen Sie die Kennung.",
        )


def _four_eyes(node: Node, world: World, report: Report) -> None:
    text = node.attributes.get("fourEyes")
    if text is None:
        return
    tasks = {
        key: other.kind
        for process in world.processes.values()
        for key, other in process.nodes.items()
    }
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        report.error(
            node,
            "four-eyes-unknown",
            f"Die Vier-Augen-Regel an „{node.label}“ nennt keinen Schritt.",
            "Nennen Sie in pik:fourEyes die Kennungen der Schritte, die eine andere Person "
            "erledigt haben muss.",
        )
    for name in names:
        if name not in tasks:
            people = frozenset(key for key, kind in tasks.items() if kind in PEOPLE)
            report.error(
                node,
                "four-eyes-unknown",
                f"Die Vier-Augen-Regel an „{node.label}“ nennt „{name}“; diesen Schritt gibt es "
                "nicht.",
                closest(name, people) + "Nennen Sie die Kennung einer Aufgabe.",
            )
        elif tasks[name] not in PEOPLE:
            report.error(
                node,
                "four-eyes-not-a-task",
                f"Die Vier-Augen-Regel an „{node.label}“ nennt „{name}“; das bearbeitet keine "
                "Person.",
                "Nennen Sie die Kennung einer Aufgabe.",
            )
