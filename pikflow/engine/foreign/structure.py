"""What drawing tools leave out or write by habit: ids, isExecutable, pools without content,
diagrams."""

from lxml import etree

from pikflow.engine.foreign.desk import Desk
from pikflow.engine.foreign.products import DRAWING
from pikflow.engine.model import NODES
from pikflow.engine.reading import line_of, local, namespace
from pikflow.engine.xml import BPMN

_NEED_ID = NODES | {"process", "sequenceFlow", "participant", "lane", "message", "signal"}
_DRAW = "„pikflow layout“ oder der Editor zeichnet eines."


def translate(desk: Desk) -> None:
    _ids(desk)
    _executable(desk)
    _pools(desk)
    if not desk.model.shapes and desk.model.processes:
        root = desk.source.tree.getroot()
        desk.missing(root, "Die Datei enthält kein Diagramm.", "", _DRAW)


def _ids(desk: Desk) -> None:
    root = desk.source.tree.getroot()
    taken = {str(element.get("id")) for element in root.iter(etree.Element)}
    for element in root.iter(etree.Element):
        name = local(element)
        if namespace(element) != BPMN or name not in _NEED_ID or element.get("id"):
            continue
        number = 1
        while f"{name}_{number}" in taken:
            number += 1
        key = f"{name}_{number}"
        taken.add(key)
        desk.source.set(element, "id", key)
        shown = " ".join(element.get("name", "").split())
        what = f"Element ohne Kennung ({name}{f' „{shown}“' if shown else ''})."
        desk.notes.translated(what, "", f'id="{key}"', at=line_of(element), element=key)


def _executable(desk: Desk) -> None:
    """A process that is not executable is begun by no message, signal or timer here."""
    if desk.product not in DRAWING:
        return
    for process in desk.model.processes.values():
        begun = any(
            node.kind == "startEvent" and node.parent is None and node.events
            for node in process.nodes.values()
        )
        if begun and not process.executable and process.element is not None:
            before = process.element.get("isExecutable")
            desk.source.set(process.element, "isExecutable", "true")
            desk.translated(
                process.element,
                f"Der Prozess „{process.name or process.id}“ wird von einem Ereignis begonnen.",
                "" if before is None else f'isExecutable="{before}"',
                'isExecutable="true"',
                f"{desk.product} schreibt das nicht von selbst; ohne die Angabe beginnt hier "
                "nichts.",
            )


def _pools(desk: Desk) -> None:
    for collaboration in desk.model.collaborations:
        for participant in collaboration.participants:
            process = desk.model.processes.get(participant.process or "")
            if process is None or not process.nodes:
                element = _find(desk, participant.id)
                name = participant.name or participant.id
                desk.kept(
                    element,
                    f"Der Pool „{name}“ ist zugeklappt: Er wird gezeichnet, geschieht aber nicht.",
                    "",
                    "Was dieser Beteiligte tut, zeichnen Sie als Bahn oder als eigenen Prozess.",
                )


def _find(desk: Desk, key: str) -> etree._Element:
    root = desk.source.tree.getroot()
    return next((e for e in root.iter(etree.Element) if e.get("id") == key), root)
