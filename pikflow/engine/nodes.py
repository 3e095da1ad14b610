"""Flow nodes and sequence flows, read from one XML element each."""

from collections.abc import Iterator, Mapping

from lxml import etree

from pikflow.engine.elements import EventDefinition, Flow, Lane, Loop, Named, Node, VendorItem
from pikflow.engine.reading import (
    child_text,
    children,
    flag,
    line_of,
    local,
    own_attributes,
    reference,
    text_of,
    vendor_items,
)

_TIMERS = {"timeDuration": "duration", "timeDate": "date", "timeCycle": "cycle"}
_REFERENCES = ("messageRef", "signalRef", "errorRef", "escalationRef", "activityRef")


def read_flow(
    element: etree._Element, key: str, parent: str | None, defaults: set[str | None]
) -> Flow:
    """`defaults` are the flow ids that elements of the same scope name as their default."""
    condition = next(children(element, "conditionExpression"), None)
    return Flow(
        id=key,
        name=" ".join(element.get("name", "").split()),
        source=reference(element.get("sourceRef")) or "",
        target=reference(element.get("targetRef")) or "",
        line=line_of(element),
        condition=None if condition is None else text_of(condition),
        language=None if condition is None else condition.get("language"),
        default=key in defaults,
        parent=parent,
        attributes=own_attributes(element),
        vendor=vendor_items(element),
    )


def read_node(
    element: etree._Element,
    key: str,
    process: str,
    parent: str | None,
    home: Mapping[str, Lane],
    inherited: Lane | None,
    phase: str | None,
    named: Mapping[str, Mapping[str, Named]],
) -> Node:
    """`home` maps node ids to lanes; `inherited` and `phase` are those of the scope around."""
    attached = reference(element.get("attachedToRef"))
    lane = home.get(key) or (home.get(attached) if attached else None) or inherited
    attributes = own_attributes(element)
    message = reference(element.get("messageRef"))
    return Node(
        id=key,
        name=element.get("name", ""),
        kind=local(element),
        line=line_of(element),
        process=process,
        parent=parent,
        lane=lane.name if lane else None,
        lane_id=lane.id if lane else None,
        phase=attributes.get("phase", phase),
        attributes=attributes,
        documentation=child_text(element, "documentation") or "",
        default=element.get("default"),
        attached_to=attached,
        interrupting=_interrupting(element),
        called=reference(element.get("calledElement")),
        events=tuple(_events(element, named)),
        loop=_loop(element),
        script=child_text(element, "script"),
        script_format=element.get("scriptFormat"),
        triggered=flag(element, "triggeredByEvent"),
        parallel_multiple=flag(element, "parallelMultiple"),
        quantities=(element.get("startQuantity"), element.get("completionQuantity")),
        for_compensation=flag(element, "isForCompensation"),
        instantiate=flag(element, "instantiate"),
        message=_name_of(named["message"], message) or message,
        vendor=(*vendor_items(element), *_vendor_inside(element)),
        element=element,
    )


def _interrupting(element: etree._Element) -> bool:
    """`cancelActivity` of a boundary event, `isInterrupting` of a start event; true by default."""
    name = "cancelActivity" if element.get("cancelActivity") else "isInterrupting"
    return flag(element, name, True)


def _events(
    element: etree._Element, named: Mapping[str, Mapping[str, Named]]
) -> Iterator[EventDefinition]:
    for child in children(element):
        if not local(child).endswith("EventDefinition"):
            continue
        kind = local(child).removesuffix("EventDefinition")
        timer, text = None, child.get("name", "")
        for part in children(child):
            if local(part) in _TIMERS:
                timer, text = _TIMERS[local(part)], text_of(part)
            elif local(part) == "condition":
                text = text_of(part)
        target = next((reference(child.get(n)) for n in _REFERENCES if child.get(n)), None)
        yield EventDefinition(
            kind=kind,
            line=line_of(child),
            id=child.get("id", ""),
            timer=timer,
            text=text,
            reference=target,
            name=_name_of(named.get(kind, {}), target),
            waits=child.get("waitForCompletion") not in ("false", "0"),
        )


def _vendor_inside(element: etree._Element) -> Iterator[VendorItem]:
    """What other products say at the loop or the events of a node."""
    for child in children(element):
        if local(child).endswith(("LoopCharacteristics", "EventDefinition")):
            yield from vendor_items(child)


def _name_of(entries: Mapping[str, Named], target: str | None) -> str | None:
    entry = entries.get(target) if target else None
    return None if entry is None else entry.code or entry.name or entry.id


def _loop(element: etree._Element) -> Loop | None:
    for child in children(element, "standardLoopCharacteristics"):
        return Loop(
            kind="standard",
            line=line_of(child),
            condition=child_text(child, "loopCondition"),
            test_before=flag(child, "testBefore"),
            maximum=child.get("loopMaximum"),
        )
    for child in children(element, "multiInstanceLoopCharacteristics"):
        parts = {local(part): part for part in children(child)}
        return Loop(
            kind="sequential" if flag(child, "isSequential") else "parallel",
            line=line_of(child),
            cardinality=child_text(child, "loopCardinality"),
            collection=child_text(child, "loopDataInputRef"),
            item=_data_item(parts.get("inputDataItem")),
            output=child_text(child, "loopDataOutputRef"),
            output_item=_data_item(parts.get("outputDataItem")),
            completion=child_text(child, "completionCondition"),
            behavior=child.get("behavior"),
        )
    return None


def _data_item(element: etree._Element | None) -> str | None:
    """The name of an inputDataItem; Spiff and most tools use its id when there is no name."""
    return None if element is None else element.get("name") or element.get("id")
