"""The kinds of steps: what each is in BPMN, what can be said about it, and how one is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pikflow.engine.checks.attributes import ALLOWED, ANYWHERE
from pikflow.engine.editing.workpiece import Workpiece, bpmn_children, child_of, refuse
from pikflow.engine.model import GATEWAYS, Node
from pikflow.engine.source import Element
from pikflow.engine.timers import is_iso
from pikflow.errors import Invalid
from pikflow.texts import say

# Our name of a kind -> BPMN element and event definition.
STEPS: dict[str, tuple[str, str]] = {
    "userTask": ("userTask", ""),
    "scriptTask": ("scriptTask", ""),
    "serviceTask": ("serviceTask", ""),
    "businessRuleTask": ("businessRuleTask", ""),
    "callActivity": ("callActivity", ""),
    "subProcess": ("subProcess", ""),
    "manualTask": ("manualTask", ""),
    "sendTask": ("sendTask", ""),
    "receiveTask": ("receiveTask", ""),
    "timer": ("intermediateCatchEvent", "timer"),
    "message": ("intermediateCatchEvent", "message"),
    "notice": ("intermediateThrowEvent", "message"),
    "endEvent": ("endEvent", ""),
}
BRANCHES = ("exclusiveGateway", "parallelGateway", "inclusiveGateway")
BOUNDARIES = ("timer", "message", "error")
ACTIVITIES = (
    "task", "userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask", "sendTask",
    "receiveTask", "callActivity", "subProcess", "transaction", "adHocSubProcess",
)  # fmt: skip
_TEXTS = {  # the one text a kind is about, by the name of its field
    "scriptTask": "script",
    "callActivity": "called",
    "timer": "timer",
    "message": "message",
    "notice": "message",
    "sendTask": "message",
    "receiveTask": "message",
    "error": "error",
}


@dataclass(frozen=True)
class NewStep:
    """A step to be made. `values` are fields as `changing.change_step` takes them."""

    kind: str
    name: str
    lane: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def ends(self) -> bool:
        return self.kind == "endEvent"


def kind_of(node: Node) -> str:
    """Our name of a node's kind: the event definition for catching and border events."""
    event = node.event.kind if node.event else ""
    if node.kind == "boundaryEvent":
        return event
    for name, (local, definition) in STEPS.items():
        if node.kind == local and event == definition:
            return name
    return node.kind


def fields_of(node: Node) -> tuple[str, ...]:
    """The names of what can be said about a node, in the order a form shows them."""
    kind = kind_of(node)
    own = ALLOWED.get(node.kind, ANYWHERE) | ANYWHERE
    if node.kind in GATEWAYS:
        return "name", "documentation"
    text = (_TEXTS[kind],) if kind in _TEXTS else ()
    lane = () if node.parent or node.kind == "boundaryEvent" else ("lane",)
    interrupting = ("interrupting",) if node.kind == "boundaryEvent" else ()
    return (
        "name", *lane, "documentation", *text, *interrupting,
        *(f"pik:{name}" for name in _ATTRIBUTES if name in own),
    )  # fmt: skip


def values_of(node: Node) -> dict[str, str]:
    """What the fields of a node say now."""
    event = node.event
    found = {
        "name": " ".join(node.name.split()),
        "lane": node.lane or "",
        "documentation": node.documentation,
        "script": node.script or "",
        "called": node.called or "",
        "timer": event.text if event and event.kind == "timer" else "",
        "message": (event.name if event and event.kind == "message" else node.message) or "",
        "error": (event.name if event and event.kind == "error" else "") or "",
        "interrupting": "true" if node.interrupting else "false",
    }
    return {
        name: found[name] if name in found else node.attributes.get(name[4:], "")
        for name in fields_of(node)
    }


_ATTRIBUTES = (
    "form", "decision", "connector", "cases", "item", "input", "result", "due", "fourEyes",
    "show", "sections", "submit", "rule", "irreversible", "again", "open", "lane", "key", "phase",
)  # fmt: skip


def make_step(piece: Workpiece, scope: Element, new: NewStep) -> tuple[Element, str]:
    """The element of a new step, put into its scope; returns it with its id."""
    if new.kind not in STEPS:
        raise Invalid(
            "kind-unknown",
            say("Diese Art von Schritt gibt es nicht: {kind}.", kind=new.kind),
            say("Wählen Sie eine Art aus der Liste."),
        )
    local, definition = STEPS[new.kind]
    name = named(new.name, needed=new.kind not in ("endEvent",))
    key = piece.new_id(local, name)
    element = piece.make(scope, local, id=key, **({"name": name} if name else {}))
    piece.put(scope, element, "process" if scope.local == "process" else "node")
    if definition:
        define(piece, element, definition)
    if new.kind == "subProcess":
        _furnish(piece, element)
    if new.kind == "scriptTask":
        piece.set_text(element, "script", " ")
    return element, key


def make_boundary(
    piece: Workpiece, scope: Element, host: str, kind: str, name: str, interrupting: bool
) -> str:
    """A border event on an activity; returns its id."""
    if kind not in BOUNDARIES:
        raise Invalid(
            "kind-unknown",
            say("Diese Art von Randereignis gibt es nicht: {kind}.", kind=kind),
            say("Möglich sind Frist, Nachricht und Fehler."),
        )
    name = named(name, needed=kind != "error")
    key = piece.new_id("boundaryEvent" if kind == "timer" else kind, name or "Fehler")
    stays = {} if interrupting else {"cancelActivity": "false"}
    texts = {"id": key, **({"name": name} if name else {}), "attachedToRef": host, **stays}
    element = piece.make(scope, "boundaryEvent", **texts)
    place = scope.content.index(piece.element(host)) + 1
    scope.insert(element, place)
    define(piece, element, kind)
    return key


def named(name: str, *, needed: bool = True) -> str:
    name = " ".join(name.split())
    if not name and needed:
        raise Invalid(
            "name-missing",
            say("Der Schritt braucht einen Namen."),
            say("Sagen Sie, was zu tun ist, zum Beispiel „Antrag prüfen“."),
        )
    if len(name) > 200:
        raise Invalid(
            "name-too-long",
            say("Der Name hat {count} Zeichen; möglich sind 200.", count=len(name)),
            say("Kürzen Sie den Namen. Für Erklärungen gibt es „Was ist zu tun?“."),
        )
    return name


def definition_of(element: Element) -> Element | None:
    """The event definition in an event's element."""
    for child in element.children:
        if child.local.endswith("EventDefinition"):
            return child
    return None


def define(piece: Workpiece, element: Element, kind: str) -> Element:
    """Give an event the definition of this kind, in place of any other."""
    old = definition_of(element)
    if old is not None:
        if old.local == f"{kind}EventDefinition":
            return old
        piece.drop(old)
    key = piece.free_id(f"{element.get('id')}_{_PARTS.get(kind, 'Ereignis')}")
    made = piece.make(element, f"{kind}EventDefinition", id=key)
    piece.put(element, made)
    return made


_PARTS = {"timer": "Zeit", "message": "Nachricht", "error": "Fehler"}


def set_timer(piece: Workpiece, element: Element, text: str) -> None:
    """ISO 8601 or an expression, under the name BPMN has for that sort of time."""
    definition = define(piece, element, "timer")
    text = text.strip()
    local = "timeDate"
    if is_iso(text):
        local = {"R": "timeCycle", "P": "timeDuration"}.get(text[0], "timeDate")
    old = child_of(definition, "timeDate", "timeDuration", "timeCycle")
    if old is not None and (old.local != local or not text):
        if text and not is_iso(text):
            local = old.local  # an expression may stand under any of the three
        else:
            definition.remove(old)
            old = None
    if not text:
        return
    if old is None:
        old = piece.make(definition, local)
        definition.insert(old, len(definition.content))
        piece.formal(old)
    old.write(text)


def set_reference(piece: Workpiece, element: Element, kind: str, name: str) -> None:
    """Let an event (or a send or receive task) mean the message or error of this name."""
    holder = element if element.local in ("sendTask", "receiveTask") else None
    holder = holder or define(piece, element, kind)
    name = " ".join(name.split())
    if not name:
        holder.drop(f"{kind}Ref")
        return
    root = piece.source.root
    for known in bpmn_children(root, kind):
        if name in (known.get("name"), known.get(f"{kind}Code")) and known.get("id"):
            holder.set(f"{kind}Ref", known.get("id") or "")
            return
    key = piece.new_id(kind, name)
    code = {"errorCode": name} if kind == "error" else {}
    made = piece.make(root, kind, id=key, name=name, **code)
    others = [c for c in root.children if c.local in (kind, "collaboration", "process")]
    same = [c for c in others if c.local == kind]
    if same:
        root.insert(made, root.content.index(same[-1]) + 1)
    else:
        root.insert(made, root.content.index(others[0]))
    holder.set(f"{kind}Ref", key)


def _furnish(piece: Workpiece, element: Element) -> None:
    """A new sub-process has a start and an end, so that it is whole from the beginning."""
    key = element.get("id") or ""
    first, last = piece.free_id(f"Start_{key}"), piece.free_id(f"Ende_{key}")
    flow = piece.free_id(f"Fluss_{first}_{last}"[:90])
    parts = (
        ("startEvent", {"id": first}, ("outgoing",)),
        ("endEvent", {"id": last}, ("incoming",)),
        ("sequenceFlow", {"id": flow, "sourceRef": first, "targetRef": last}, ()),
    )
    for local, attributes, lists in parts:
        made = piece.make(element, local, **attributes)
        piece.put(element, made)
        for entry in lists:
            inner = piece.make(made, entry)
            inner.write(flow)
            piece.put(made, inner)


def refuse_kind(node: Node) -> Exception:
    return refuse(
        "kind-fixed",
        say("Aus „{name}“ kann keine andere Art von Schritt werden.", name=node.label),
        say("Fügen Sie einen neuen Schritt ein und entfernen Sie diesen."),
    )
