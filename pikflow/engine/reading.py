"""Small readers for one XML element, by namespace and never by prefix."""

from collections.abc import Iterator

from lxml import etree

from pikflow.engine.elements import VendorItem
from pikflow.engine.xml import BPMN, BPMNDI, DC, DI, PIK, XSI

OWN_NAMESPACES = frozenset({BPMN, BPMNDI, DC, DI, XSI, PIK, "http://www.w3.org/XML/1998/namespace"})


def local(element: etree._Element) -> str:
    """The name without namespace."""
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""


def is_bpmn(element: etree._Element, name: str) -> bool:
    return namespace(element) == BPMN and local(element) == name


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The BPMN children, of these names if any are given; comments and others are skipped."""
    for child in element.iterchildren(tag=etree.Element):
        if namespace(child) == BPMN and (not names or local(child) in names):
            yield child


def text_of(element: etree._Element | None) -> str:
    """All text inside, without comments."""
    return "" if element is None else str(element.xpath("string()")).strip()


def child_text(element: etree._Element, name: str) -> str | None:
    child = next(children(element, name), None)
    return None if child is None else text_of(child)


def reference(text: str | None) -> str | None:
    """A reference like `tns:Order` without its prefix; None when it is empty."""
    text = (text or "").strip()
    return text.rpartition(":")[2] or None


def flag(element: etree._Element, name: str, default: bool = False) -> bool:
    """A boolean attribute; the schema knows true, false, 1 and 0, with space around them."""
    text = (element.get(name) or "").strip()
    return text in ("true", "1") if text else default


def line_of(element: etree._Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 0


def number(text: str | None) -> float:
    """The number, 0 for anything that is none (or not finite)."""
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if abs(value) < 1e7 else 0.0


def own_attributes(element: etree._Element) -> dict[str, str]:
    """The pik: attributes, without prefix."""
    mark = f"{{{PIK}}}"
    return {
        str(k)[len(mark) :]: str(v) for k, v in element.attrib.items() if str(k).startswith(mark)
    }


def vendor_items(element: etree._Element) -> tuple[VendorItem, ...]:
    """Foreign attributes, and the top-level foreign elements in extensionElements."""
    prefixes = {uri: prefix or "" for prefix, uri in element.nsmap.items()}
    found = []
    for key, value in element.attrib.items():
        name = etree.QName(key)
        uri = name.namespace or ""
        if uri and uri not in OWN_NAMESPACES:
            found.append(
                VendorItem(uri, prefixes.get(uri, ""), name.localname, str(value), line_of(element))
            )
    for extension in children(element, "extensionElements"):
        for child in extension.iterchildren(tag=etree.Element):
            uri = namespace(child)
            if uri not in OWN_NAMESPACES:
                prefix = child.prefix or ""
                value = text_of(child)[:200]
                found.append(VendorItem(uri, prefix, local(child), value, line_of(child), True))
    return tuple(found)
