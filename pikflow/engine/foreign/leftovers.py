"""What stays in the file without effect: listed, so that nobody takes it for granted."""

from collections.abc import Iterator

from lxml import etree

from pikflow.engine.checks.vendors import INSTEAD
from pikflow.engine.checks.vocabulary import DATA_HINT, IGNORED, ROLE_HINT
from pikflow.engine.decisions.calls import READ
from pikflow.engine.elements import VendorItem
from pikflow.engine.foreign.desk import Desk, extensions
from pikflow.engine.reading import local, namespace, vendor_items
from pikflow.engine.xml import BPMN

_OTHERWISE = "Die Angabe bleibt in der Datei erhalten. Sie können sie auch entfernen."
# Without these the process does something else than its author meant.
_MISSED = frozenset(
    {"executionListener", "taskListener", "inputOutput", "ioMapping", "in", "out", "connector"}
    | {"field", "script", "preScript", "postScript", "unitTests", "errorEventDefinition"}
    | {"signalPayload", "messagePayload", "correlationProperties", "variableName", "condition"}
    | {"instructionsForEndUser", "completionQuantity", "multiInstance", "errorCodeVariable"}
    | {"errorMessageVariable", "escalationCodeVariable", "resultVariable", "mapDecisionResult"}
)
_MOST_PLACES = 5
_MOST_BEFORE = 120


def translate(desk: Desk) -> None:
    """Notes for foreign attributes and elements nobody translated, and for ignored BPMN."""
    root = desk.source.tree.getroot()
    seen: dict[tuple[str, str], list[tuple[etree._Element, VendorItem]]] = {}
    ignored: dict[str, list[etree._Element]] = {}
    for element in root.iter(etree.Element):
        if namespace(element) != BPMN:
            continue
        if local(element) in IGNORED:
            ignored.setdefault(IGNORED[local(element)], []).append(element)
        for item in _left(desk, element):
            seen.setdefault((item.namespace, item.name), []).append((element, item))
    for (_, name), places in seen.items():
        if name in _MISSED:
            for element, item in places:
                desk.missing(element, f"„{shown(item)}“ hat hier keine Wirkung.",
                             _value(element, item), INSTEAD.get(name, _OTHERWISE))  # fmt: skip
        else:
            _kept(desk, places)
    for what, elements in ignored.items():
        hint = ROLE_HINT if what.startswith("Zuständig") else DATA_HINT
        desk.kept(elements[0], f"{what}{_also([desk.element_id(e) for e in elements])}.", "", hint)


def _left(desk: Desk, element: etree._Element) -> Iterator[VendorItem]:
    decides = local(element) == "businessRuleTask"
    holders = {local(child): child for child in extensions(element)}
    for item in vendor_items(element):
        place = holders.get(item.name, element) if item.element else element
        if (place, item.name) not in desk.used and not (decides and item.name in READ):
            yield item


def _kept(desk: Desk, places: list[tuple[etree._Element, VendorItem]]) -> None:
    element, item = places[0]
    values = {_value(e, i) for e, i in places}
    where = _also([desk.element_id(e) for e, _ in places])
    before = values.pop() if len(values) == 1 else ""
    hint = INSTEAD.get(item.name, _OTHERWISE)
    desk.kept(element, f"„{shown(item)}“ wird nicht ausgewertet{where}.", before, hint)


def _also(keys: list[str]) -> str:
    """Where else the same thing stands."""
    more = list(dict.fromkeys(key for key in keys[1:] if key and key != keys[0]))
    if not more:
        return ""
    listed = ", ".join(more[:_MOST_PLACES])
    rest = f" und an {len(more) - _MOST_PLACES} weiteren" if len(more) > _MOST_PLACES else ""
    return f" (auch an {listed}{rest})"


def shown(item: VendorItem) -> str:
    return f"{item.prefix}:{item.name}" if item.prefix else item.name


def _value(element: etree._Element, item: VendorItem) -> str:
    """What the attribute or element says: its value, its attributes, or its text."""
    if not item.element:
        return item.value
    for child in extensions(element):
        if local(child) == item.name:
            words = [word for part in child.iter(etree.Element) for word in _words(part)]
            return " ".join([*words, *item.value.split()])[:_MOST_BEFORE]
    return item.value


def _words(element: etree._Element) -> list[str]:
    said = [f"{etree.QName(key).localname}={value!s}" for key, value in element.attrib.items()]
    return [local(element), *said]
