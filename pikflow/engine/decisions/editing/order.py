"""The order of elements in a file, and the white space between them."""

from collections.abc import Iterable, Sequence

from lxml import etree

from pikflow.engine.decisions.reading import children


def arrange(parent: etree._Element, wanted: Sequence[etree._Element], names: Sequence[str]) -> None:
    """Let `wanted` be the DMN children of these names, in this order.

    What stands before an element in the file, such as a comment, goes along with it; the rest
    stays in its place, comments of what is gone included.
    """
    place_all(parent, list(children(parent, *names)), wanted)


def place_all(
    parent: etree._Element, known: Sequence[etree._Element], wanted: Sequence[etree._Element]
) -> None:
    """Let `wanted` stand where the `known` children stand, in this order."""
    if list(known) == list(wanted):
        return
    before, groups, after = _grouped(parent, frozenset(known))
    nodes = [*before]
    for element in wanted:
        nodes += [*groups.pop(element, ()), element]
    for left in groups.values():
        nodes += left
    _replace(parent, [*nodes, *after])


def insert(parent: etree._Element, place: int, element: etree._Element) -> None:
    """Put a new element among the children, comments counted."""
    nodes = list(parent)
    _replace(parent, [*nodes[:place], element, *nodes[place:]])


def _grouped(
    parent: etree._Element, known: frozenset[etree._Element]
) -> tuple[list[etree._Element], dict[etree._Element, list[etree._Element]], list[etree._Element]]:
    """What comes before all known elements, what stands before each, and what comes after."""
    before: list[etree._Element] = []
    groups: dict[etree._Element, list[etree._Element]] = {}
    waiting: list[etree._Element] = []
    for node in parent:
        if node in known:
            groups[node], waiting = waiting, []
        elif isinstance(node.tag, str) and not groups:
            before, waiting = [*before, *waiting, node], []
        else:
            waiting.append(node)
    return before, groups, waiting


def _replace(parent: etree._Element, nodes: Sequence[etree._Element]) -> None:
    """Let `nodes` be the children, set in like those that were there."""
    old = list(parent)
    known = frozenset(old)
    inner, closing = parent.text, old[-1].tail if old else None
    for node in old:
        parent.remove(node)
    parent.extend(nodes)
    if not nodes:
        parent.text = None
    elif old:
        for node in nodes[:-1]:
            if node not in known or node is old[-1]:
                node.tail = inner
        nodes[-1].tail = closing


def lay_out(root: etree._Element, made: Iterable[etree._Element]) -> None:
    """Set in what new elements hold, unless the file is written in one line."""
    fresh = frozenset(made)
    parents = {node.getparent() for node in fresh}
    first = (root.text or "").rpartition("\n")[2]
    unit = first if first and not first.strip() else "  "
    for element in root.iter(etree.Element):
        if element in fresh or element in parents:
            space = _space_before(element)
            if space and len(element) and not element.text:
                element.text = space + unit
                for child in element:
                    child.tail = element.text
                element[-1].tail = space


def _space_before(element: etree._Element) -> str:
    """The line end and space in front of an element, "" where there is none."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return ""
    space = (parent.text if before is None else before.tail) or ""
    return "\n" + space.rpartition("\n")[2] if "\n" in space and not space.strip() else ""
