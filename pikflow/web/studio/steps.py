"""Schritte: a process as a table, changed step by step; by keyboard alone and without script.

One address shows everything: `?schritt=` (or `?weg=`, `?prozess=`) chooses what is worked on,
`?tun=` the form for it. Forms are posted there too; what can't be done comes back with what was
typed.
"""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from pikflow.engine.diagram import draw
from pikflow.engine.editing.comparing import Difference, compare
from pikflow.engine.editing.kinds import ACTIVITIES, BOUNDARIES, BRANCHES, STEPS
from pikflow.engine.editing.table import Row, due_in_words, rows
from pikflow.engine.model import Model, Node, Process, read
from pikflow.engine.xml import parse
from pikflow.errors import DefinitionInvalid, Finding, PikFlowError
from pikflow.identity import Actor
from pikflow.services.studio.design_views import DesignFile, FileChanged, Look
from pikflow.web.flow import current_flow
from pikflow.web.guards import Route, posted
from pikflow.web.i18n import translate
from pikflow.web.numbers import read_whole
from pikflow.web.studio.editors import editors_for
from pikflow.web.studio.findings import places_in
from pikflow.web.studio.step_deeds import WAYS, perform, typed_values
from pikflow.web.studio.step_fields import by_field, process_fields, step_fields
from pikflow.web.words import WORDS

_ADDRESS = "/werkstatt/<pikrow:design>/schritte/<path:path>"
_FORMS = (
    "davor", "danach", "verzweigung", "neuer-weg", "frist", "verschieben", "aufloesen",
    "entfernen", "weg-entfernen",
)  # fmt: skip
_ASKED = ("entfernen", "weg-entfernen", "aufloesen", "bahn-entfernen")  # with a question before


def show(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """The table, and what is chosen in it."""
    return _page(actor, design, path, request.args)


def change(actor: Actor, design: int, path: str) -> ResponseReturnValue:
    """Make one change, on the version that was seen, and go to what it was made on."""
    designs = current_flow().services.designs
    file = designs.read(actor, design, path)
    form = request.form
    seen = read_whole(form.get("version", "")) or 0
    if form.get("tun") == "zurueck":
        return _undo(actor, design, file, seen)
    try:
        if file.version != seen:
            raise FileChanged(file)
        edited = perform(file.data, form)
        designs.save(actor, design, path, edited.data, seen)
    except PikFlowError as fault:
        return _page(actor, design, path, form, fault), 400 if seen == file.version else 409
    flash(_told(form, compare(file.data, edited.data)), "pik")
    for note in edited.notes:
        flash(translate(note), "pik")
    return redirect(_next(design, path, form, edited.element), 303)


def _undo(actor: Actor, design: int, file: DesignFile, seen: int) -> ResponseReturnValue:
    """Give the file back the content before; again and again it goes back further."""
    designs = current_flow().services.designs
    to = read_whole(request.form.get("fassung", "")) or 0
    data = designs.text_of(actor, design, file.path, to)
    designs.save(actor, design, file.path, data, seen)
    flash(translate("Die letzte Änderung ist zurückgenommen."), "pik")
    here = url_for("pik.studio_steps", design=design, path=file.path, fassung=to or None)
    return redirect(here, 303)


def _next(design: int, path: str, form: Mapping[str, str], element: str) -> str:
    """Where to go on: to what was made, or stay at what was changed."""
    goal: dict[str, Any] = {}
    deed = form.get("tun", "")
    if deed in ("weg", "weg-anlegen"):
        goal = {"weg": element}
    elif deed in ("prozess", "bahn-neu", "bahn-name", "bahn-entfernen"):
        goal = {"prozess": form.get("prozess", "")}
    elif element:
        goal = {"schritt": element}
    anchor = "gewaehlt" if goal else "tabelle"
    return url_for("pik.studio_steps", design=design, path=path, _anchor=anchor, **goal)


def _told(form: Mapping[str, str], difference: Difference) -> str:
    """One sentence on what happened, for the screen reader too."""
    added = [node for node in difference.added if node.name.strip()]
    removed = [node for node in difference.removed if node.name.strip()]
    if removed and not added:
        names = ", ".join(f"„{node.label}“" for node in removed)
        return translate("Entfernt: %(names)s.", names=names)
    if added:
        names = ", ".join(f"„{node.label}“" for node in added)
        return translate("Eingefügt: %(names)s.", names=names)
    if form.get("tun") == "verschieben":
        return translate("Der Schritt ist verschoben.")
    return translate("Gespeichert.")


# --- the page ----------------------------------------------------------------------------------


def _page(
    actor: Actor,
    design: int,
    path: str,
    asked: MultiDict[str, str],
    fault: PikFlowError | None = None,
) -> str:
    designs = current_flow().services.designs
    view, file = designs.view(actor, design), designs.read(actor, design, path)
    head: dict[str, Any] = {
        "design": view,
        "file": file,
        "title": next((one.title for one in view.files if one.path == path), path),
        "editors": editors_for(file.kind),
        "fault": fault,
    }
    try:
        model = read(parse(file.data, file=path), path)
    except DefinitionInvalid as broken:
        return render_template("pik/studio/steps_broken.html", broken=broken.findings, **head)
    look = designs.look(actor, design, path, file.data)
    chosen = _Chosen(model, asked, look, path)
    return render_template(
        "pik/studio/steps.html",
        **head,
        processes=[(process, rows(process)) for process in model.processes.values()],
        picture=Markup(  # noqa: S704 - our own drawing, names in it are escaped
            draw(
                model,
                chosen=chosen.key,
                title=translate("Ablauf als Diagramm"),
                description=translate("Die Tabelle darunter sagt dasselbe in Worten."),
            )
        ),
        places=places_in(design, path, file.kind, look.findings),
        findings=look.findings,
        at=chosen,
        asked=asked,
        question=_question(file, asked) if fault is None else None,
        back_to=_back_to(view.state, file, asked),
        ways=WAYS,
        due_in_words=due_in_words,
        at_label=_label,
        **_lists(chosen, look),
    )


def _lists(chosen: "_Chosen", look: Look) -> dict[str, Any]:
    """The lists of the forms, as pairs of value and words."""
    process = chosen.process
    own = [lane.name for lane in process.lanes if lane.name] if process else []
    known = list(dict.fromkeys((*own, *(one.value for one in look.choices.lanes))))
    targets = [(node.id, _label_with_number(chosen, node)) for node in chosen.targets]
    return {
        "activities": ACTIVITIES,
        "kind_options": [(kind, translate(WORDS["step"][kind])) for kind in STEPS],
        "branch_options": [(kind, translate(WORDS["step"][kind])) for kind in BRANCHES],
        "boundary_options": [(kind, translate(WORDS["boundary"][kind])) for kind in BOUNDARIES],
        "swaps": _swaps(chosen),
        "lane_options": [(name, name) for name in known],
        "target_options": targets,
        "place_options": [
            (value, translate("nach „%(a)s“, vor „%(b)s“", a=before, b=after))
            for value, before, after in chosen.places
        ],
        "way_options": [
            (way.flow, f"{way.name or translate('Weg')}: {chosen.label(way.step)}")
            for way in (chosen.row.ways if chosen.row else ())
        ],
        "free_lanes": lambda one: [
            (name, name) for name in known if name not in {lane.name for lane in one.lanes}
        ],
        "lane_ids": lambda one, but: [
            (lane.id, lane.name) for lane in one.lanes if lane.id != but.id
        ],
    }


def _swaps(chosen: "_Chosen") -> list[tuple[str, str]]:
    """The kinds the chosen step may become, its own among them; none when it is fixed."""
    node = chosen.node
    if node is None:
        return []
    if node.kind == "boundaryEvent":
        return [(kind, translate(WORDS["boundary"][kind])) for kind in BOUNDARIES]
    kinds: tuple[str, ...] = ()
    if node.kind in BRANCHES:
        kinds = BRANCHES
    elif node.kind in (*ACTIVITIES, "intermediateCatchEvent", "intermediateThrowEvent"):
        fixed = ("subProcess", "transaction", "adHocSubProcess")
        if node.kind not in fixed:
            kinds = tuple(k for k in STEPS if k not in ("subProcess", "endEvent"))
    return [(kind, translate(WORDS["step"][kind])) for kind in kinds]


def _label(process: Process, key: str) -> str:
    node = process.nodes.get(key)
    if node is None:
        return key
    return node.label if node.name.strip() else translate(WORDS["step"].get(node.kind, node.kind))


def _label_with_number(chosen: "_Chosen", node: Node) -> str:
    number = next((row.number for row in chosen.rows if row.node.id == node.id), 0)
    return f"{number}. {_label(chosen.process, node.id)}" if chosen.process else node.label


class _Chosen:
    """What is worked on: a step, a way, or a process, with its form and its findings."""

    def __init__(self, model: Model, asked: MultiDict[str, str], look: Look, path: str) -> None:
        self.deed, self.view = asked.get("tun", ""), asked.get("ansicht", "")
        wanted = asked.get("schritt") or asked.get("element") or ""
        wanted_way = asked.get("weg", "")
        self.node: Node | None = model.node(wanted)
        self.process: Process | None = None
        self.flow = None
        self.missing = ""
        for process in model.processes.values():
            if wanted in process.flows:  # findings point at ways too
                wanted_way = wanted
            if wanted_way in process.flows and self.node is None:
                self.flow, self.process = process.flows[wanted_way], process
            if self.node is not None and wanted in process.nodes:
                self.process = process
        named = asked.get("prozess", "") or (wanted if wanted in model.processes else "")
        if self.process is None and named in model.processes:
            self.process = model.processes[named]
        if (wanted or wanted_way) and self.process is None:
            self.missing = wanted or wanted_way
        thing = self.node or self.flow or self.process
        self.key = thing.id if thing is not None and thing is not self.process else ""
        own = thing.id if thing is not None else ""
        self.findings = [f for f in look.findings if f.file == path and f.element == own and own]
        self.names = look.names.get(self._names_at(), ())
        typed = typed_values(asked)
        self.fields = []
        if self.process is not None and self.node is not None:
            self.fields = step_fields(self.process, self.node, look.choices, self.findings, typed)
        elif self.process is not None and self.flow is None:
            self.fields = process_fields(self.process, look.choices, self.findings, typed)
        names = tuple(field.name for field in self.fields)
        self.general: tuple[Finding, ...] = by_field(self.findings, names).get("", ())
        self.rows: tuple[Row, ...] = rows(self.process) if self.process is not None else ()

    def _names_at(self) -> str:
        if self.flow is not None:
            return self.flow.source
        return self.node.id if self.node is not None else ""

    @property
    def row(self) -> Row | None:
        return next((r for r in self.rows if self.node and r.node.id == self.node.id), None)

    @property
    def chooses(self) -> bool:
        """Whether the way at hand belongs to a branch with conditions."""
        if self.flow is None or self.process is None:
            return False
        source = self.process.nodes.get(self.flow.source)
        return source is not None and source.kind in ("exclusiveGateway", "inclusiveGateway")

    @property
    def targets(self) -> list[Node]:
        """Where ways of this scope may lead."""
        thing = self.node or self.flow
        if self.process is None or thing is None:
            return []
        inside = self.process.inside(thing.parent)
        fixed = ("startEvent", "boundaryEvent")
        return [n for n in inside if n.kind not in fixed and not n.triggered]

    @property
    def places(self) -> list[tuple[str, str, str]]:
        """Ways of the scope as places to move to: value, source and target in words."""
        if self.process is None or self.node is None:
            return []
        found = []
        for row in self.rows:
            for onward in row.ways:
                flow = self.process.flows[onward.flow]
                touches = self.node.id in (flow.source, flow.target)
                if flow.parent == self.node.parent and not touches:
                    target = self.process.nodes.get(onward.step)
                    label = target.label if target else onward.target
                    found.append((f"weg:{flow.id}", row.node.label, label))
        return found

    def label(self, key: str) -> str:
        return _label(self.process, key) if self.process else key

    @property
    def shown(self) -> str:
        """The form to show; what was posted comes back in the form it was typed in."""
        return self.view or (self.deed if self.deed in _FORMS else "")


def _question(file: DesignFile, asked: MultiDict[str, str]) -> Difference | PikFlowError | None:
    """What would follow from a removal that is asked about, or why it can't be done."""
    if asked.get("tun") not in _ASKED or (asked.get("tun") == "aufloesen" and not asked.get("weg")):
        return None
    form = MultiDict(asked)
    if asked.get("schritt"):
        form["element"] = asked["schritt"]
    try:
        return compare(file.data, perform(file.data, form).data)
    except PikFlowError as fault:
        return fault


def _back_to(state: str, file: DesignFile, asked: MultiDict[str, str]) -> int | None:
    """The version that „Rückgängig“ goes back to; None when there is none before."""
    if state != "open" or file.version < 1:
        return None
    shown = read_whole(asked.get("fassung", ""))
    return (file.version if shown is None else shown) - 1 if shown != 0 else None


ROUTES = (
    Route(_ADDRESS, "studio_steps", show, "design.edit"),
    posted(_ADDRESS, "studio_steps_change", change, "design.edit"),
)
