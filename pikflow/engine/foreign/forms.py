"""The forms a foreign file names or holds: keys, and forms written into the process itself."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from pikflow.engine.foreign.desk import Desk, extensions
from pikflow.engine.foreign.products import JUEL_PRODUCTS
from pikflow.engine.model import Node
from pikflow.engine.reading import flag, line_of, local, namespace, text_of

_SPIFF_FORM = "formJsonSchemaFilename"


@dataclass(frozen=True)
class EmbeddedForm:
    """A form inside of a BPMN file. `key` is what the step calls it; `kind` is `form-js` (JSON of
    form-js) or `fields` (JSON: a list of fields with id, label, type, required, default, ...)."""

    key: str
    kind: str
    data: bytes
    title: str
    line: int


def form_key(desk: Desk, node: Node, element: etree._Element) -> str:
    """By what a step names its form, "" when it has none; all ways to say it count as seen."""
    embedded = _fields_of(element)
    for child, _ in embedded:
        desk.used.add((child, local(child)))
    key = desk.attribute(element, JUEL_PRODUCTS, "formKey")
    key = key or desk.attribute(element, JUEL_PRODUCTS, "formRef")
    desk.attribute(element, JUEL_PRODUCTS, "formRefBinding")
    definition = desk.extension(element, "formDefinition")
    if definition is not None:
        names = ("formId", "formKey", "externalReference")
        key = key or next((str(definition.get(n)) for n in names if definition.get(n)), "")
    return key or _spiff_key(desk, element) or (embedded_key(node.id) if embedded else "")


def embedded_key(node: str) -> str:
    """The key of the fields that stand at a step itself."""
    return f"{node}#felder"


def _inside_key(form: etree._Element) -> str:
    """The key of a form that Camunda 8 keeps at the process."""
    return f"camunda-forms:bpmn:{form.get('id', '')}"


def use_embedded(desk: Desk, process: etree._Element, forms: Mapping[str, str]) -> None:
    """Forms at the process that became forms of their own are told about there."""
    for child in extensions(process):
        if local(child) == "userTaskForm" and _inside_key(child) in forms:
            desk.used.add((child, "userTaskForm"))


def embedded_forms(tree: etree._ElementTree) -> Iterator[EmbeddedForm]:
    """All forms a file holds."""
    for element in tree.getroot().iter(etree.Element):
        for child in extensions(element):
            if local(child) == "userTaskForm":
                key = _inside_key(child)
                data = text_of(child).encode()
                yield EmbeddedForm(key, "form-js", data, element.get("name", ""), line_of(child))
        fields = _fields_of(element)
        if fields and element.get("id"):
            rows = [row for _, found in fields for row in found]
            title = " ".join(element.get("name", "").split()) or str(element.get("id"))
            data = json.dumps(rows, ensure_ascii=False).encode()
            line = line_of(fields[0][0])
            yield EmbeddedForm(embedded_key(str(element.get("id"))), "fields", data, title, line)


def _spiff_key(desk: Desk, element: etree._Element) -> str:
    properties = desk.extension(element, "properties") if desk.product == "Spiff Arena" else None
    for item in () if properties is None else properties.iterchildren(etree.Element):
        if item.get("name") == _SPIFF_FORM:
            return item.get("value", "").strip()
    return ""


def _fields_of(element: etree._Element) -> list[tuple[etree._Element, list[dict[str, Any]]]]:
    """camunda:formData and flowable:formProperty at a step: the element, and its fields."""
    found: list[tuple[etree._Element, list[dict[str, Any]]]] = []
    for child in extensions(element):
        if namespace(child) not in JUEL_PRODUCTS:
            continue
        if local(child) == "formData":
            rows = [_camunda_field(e) for e in child.iterchildren(etree.Element)]
            found.append((child, rows))
        elif local(child) == "formProperty":
            found.append((child, [_flowable_field(child)]))
    return found


def _camunda_field(element: etree._Element) -> dict[str, Any]:
    field = _common(element)
    field["default"] = element.get("defaultValue", "")
    for part in element.iterchildren(etree.Element):
        if local(part) == "value":
            field["options"].append([part.get("id", ""), part.get("name", "")])
        elif local(part) == "validation":
            for rule in part.iterchildren(etree.Element):
                field["rules"].append([rule.get("name", ""), rule.get("config", "")])
        elif local(part) == "properties":
            for item in part.iterchildren(etree.Element):
                field["properties"].append(f"{item.get('id', '')}={item.get('value', '')}")
    return field


def _flowable_field(element: etree._Element) -> dict[str, Any]:
    field = _common(element)
    field["label"] = element.get("name", "")
    field["default"] = element.get("default", "") or element.get("expression", "")
    if flag(element, "required"):
        field["rules"].append(["required", "true"])
    if not flag(element, "writable", True):
        field["rules"].append(["readonly", "true"])
    for part in element.iterchildren(etree.Element):
        if local(part) == "value":
            field["options"].append([part.get("id", ""), part.get("name", "")])
    return field


def _common(element: etree._Element) -> dict[str, Any]:
    return {
        "id": element.get("id", ""),
        "label": element.get("label", ""),
        "type": element.get("type", "string"),
        "pattern": element.get("datePattern", ""),
        "line": line_of(element),
        "options": [],
        "rules": [],
        "properties": [],
    }
