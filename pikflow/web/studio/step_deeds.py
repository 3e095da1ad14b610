"""What the forms of the steps editor ask for, turned into a change of the file."""

from collections.abc import Callable

from werkzeug.datastructures import MultiDict

from pikflow.engine.editing import branches, changing, lanes, steps
from pikflow.engine.editing.branches import NewWay
from pikflow.engine.editing.kinds import NewStep
from pikflow.engine.editing.steps import Place
from pikflow.engine.editing.workpiece import Edited
from pikflow.engine.layout import lay_out
from pikflow.errors import Invalid
from pikflow.texts import say
from pikflow.web.studio.step_fields import PROCESS_FIELDS

Form = MultiDict[str, str]
WAYS = 4  # ways the form of a branch has room for


def perform(data: bytes, form: Form) -> Edited:
    """The file after what a form asks for. Raises what the editing raises, Invalid for a form
    that asks for nothing we know."""
    deed = _DEEDS.get(form.get("tun", ""))
    if deed is None:
        raise Invalid(
            "deed-unknown",
            say("Diese Seite kennt die gewünschte Änderung nicht."),
            say("Laden Sie die Seite neu, und versuchen Sie es noch einmal."),
        )
    return deed(data, form)


def place_of(text: str) -> Place:
    """`nach:ID`, `vor:ID` or `weg:ID` as forms send it."""
    side, _, key = text.partition(":")
    if not key or side not in ("nach", "vor", "weg"):
        raise Invalid(
            "place-missing",
            say("Die Stelle fehlt."),
            say("Wählen Sie aus der Liste, wo der Schritt stehen soll."),
        )
    return {"nach": Place(after=key), "vor": Place(before=key), "weg": Place(way=key)}[side]


def typed_values(form: Form) -> dict[str, str]:
    """The fields of a step's form; of several choices the chosen ones with commas."""
    found = {}
    for name in form:
        if name.startswith("feld-"):
            key = name[5:]
            parts = [part for part in form.getlist(name) if part or key != "pik:fourEyes"]
            found[key] = ", ".join(parts) if key == "pik:fourEyes" else parts[-1]
    return found


def _step(form: Form, lead: str = "") -> NewStep:
    return NewStep(
        form.get(f"{lead}art", ""), form.get(f"{lead}name", ""), form.get(f"{lead}bahn", "")
    )


def _change(data: bytes, form: Form) -> Edited:
    return changing.change_step(data, form.get("element", ""), typed_values(form))


def _kind(data: bytes, form: Form) -> Edited:
    return changing.change_step(data, form.get("element", ""), {"kind": form.get("art", "")})


def _insert(data: bytes, form: Form) -> Edited:
    return steps.add_step(data, place_of(form.get("stelle", "")), _step(form))


def _branch(data: bytes, form: Form) -> Edited:
    ways = [way for way in (_way(form, f"weg{n}-") for n in range(1, WAYS + 1)) if way]
    kind, place = form.get("art", ""), place_of(form.get("stelle", ""))
    return branches.add_branch(data, place, kind, form.get("name", ""), ways)


def _way(form: Form, lead: str) -> NewWay | None:
    """One way of the form; None where nothing was filled in."""
    name, condition = form.get(f"{lead}name", ""), form.get(f"{lead}bedingung", "")
    kind, to = form.get(f"{lead}art", ""), form.get(f"{lead}ziel", "")
    step_name, default = form.get(f"{lead}schritt-name", ""), bool(form.get(f"{lead}sonst"))
    if not (name.strip() or condition.strip() or step_name.strip() or default or to):
        return None
    step = None
    if kind and (step_name.strip() or kind == "endEvent"):
        step = NewStep(kind, step_name, form.get(f"{lead}bahn", ""))
    return NewWay(name, condition, default, step, to)


def _new_way(data: bytes, form: Form) -> Edited:
    way = _way(form, "weg1-") or NewWay()
    return branches.add_way(data, form.get("element", ""), way)


def _deadline(data: bytes, form: Form) -> Edited:
    step = _step(form, "danach-") if form.get("danach-name", "").strip() else None
    if step is not None and not step.kind:
        step = NewStep("userTask", step.name, step.lane)
    return steps.add_boundary(
        data,
        form.get("element", ""),
        form.get("art", ""),
        form.get("name", ""),
        text=form.get("text", ""),
        interrupting=form.get("wirkung") != "false",
        step=step,
        to=form.get("ziel", ""),
    )


def _move(data: bytes, form: Form) -> Edited:
    return steps.move_step(data, form.get("element", ""), place_of(form.get("stelle", "")))


def _remove(data: bytes, form: Form) -> Edited:
    return steps.remove_step(data, form.get("element", ""))


def _change_way(data: bytes, form: Form) -> Edited:
    flow, to = form.get("weg", ""), form.get("ziel", "")
    default = bool(form.get("sonst"))
    chooses = "bedingung" in form
    edited = changing.change_way(
        data,
        flow,
        name=form.get("name", ""),
        condition=form.get("bedingung") if chooses else None,
        default=default if chooses else None,
    )
    if to and to != form.get("ziel-bisher", ""):
        return steps.lead_way(edited.data, flow, to)
    return edited


def _add_way(data: bytes, form: Form) -> Edited:
    return steps.add_way(data, form.get("element", ""), form.get("ziel", ""))


def _remove_way(data: bytes, form: Form) -> Edited:
    return branches.remove_way(data, form.get("weg", ""))


def _unbranch(data: bytes, form: Form) -> Edited:
    return branches.remove_branch(data, form.get("element", ""), form.get("weg", ""))


def _process(data: bytes, form: Form) -> Edited:
    values = {k: v for k, v in typed_values(form).items() if k in PROCESS_FIELDS}
    return changing.change_process(data, form.get("prozess", ""), values)


def _add_lane(data: bytes, form: Form) -> Edited:
    return lanes.add_lane(data, form.get("name", ""), process=form.get("prozess", ""))


def _rename_lane(data: bytes, form: Form) -> Edited:
    return lanes.rename_lane(data, form.get("bahn", ""), form.get("name", ""))


def _remove_lane(data: bytes, form: Form) -> Edited:
    return lanes.remove_lane(data, form.get("bahn", ""), to=form.get("ziel", ""))


def _lay_out(data: bytes, form: Form) -> Edited:
    return Edited(lay_out(data))


_DEEDS: dict[str, Callable[[bytes, Form], Edited]] = {
    "aendern": _change,
    "art": _kind,
    "einfuegen": _insert,
    "verzweigung": _branch,
    "neuer-weg": _new_way,
    "frist": _deadline,
    "verschieben": _move,
    "entfernen": _remove,
    "weg": _change_way,
    "weg-anlegen": _add_way,
    "weg-entfernen": _remove_way,
    "aufloesen": _unbranch,
    "prozess": _process,
    "bahn-neu": _add_lane,
    "bahn-name": _rename_lane,
    "bahn-entfernen": _remove_lane,
    "anordnen": _lay_out,
}
