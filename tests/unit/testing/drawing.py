"""BPMN as other tools write it, in few words: prefixes, formal expressions, no pik: attributes.

bpmn(process("p", start("s"), user("a"), end("e"), line("s", "a", "e")))
"""

from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:pik="urn:pikflow:bpmn:1.0" id="Definitions_1" targetNamespace="http://example.org/bpmn">'
)


def bpmn(*parts: str) -> str:
    """A file: messages, signals, errors, processes."""
    return f"{HEAD}{''.join(parts)}</bpmn:definitions>"


def process(key: str, *parts: str, **attributes: Any) -> str:
    return node("process", key, *parts, isExecutable="true", **attributes)


def node(tag: str, key: str, *parts: str, **attributes: Any) -> str:
    """Any element; `pik_form` is written pik:form."""
    words = {"id": key, **attributes}
    texts = " ".join(
        f"{name.replace('pik_', 'pik:')}={quoteattr(str(value))}" for name, value in words.items()
    )
    return f"<bpmn:{tag} {texts}>{''.join(parts)}</bpmn:{tag}>"


def start(key: str, *parts: str, **attributes: Any) -> str:
    return node("startEvent", key, *parts, **attributes)


def end(key: str, *parts: str, **attributes: Any) -> str:
    return node("endEvent", key, *parts, **attributes)


def user(key: str, *parts: str, **attributes: Any) -> str:
    return node("userTask", key, *parts, **attributes)


def script(key: str, text: str, *parts: str) -> str:
    return node("scriptTask", key, f"<bpmn:script>{text}</bpmn:script>", *parts)


def catch(key: str, *parts: str, **attributes: Any) -> str:
    return node("intermediateCatchEvent", key, *parts, **attributes)


def throw(key: str, *parts: str, **attributes: Any) -> str:
    return node("intermediateThrowEvent", key, *parts, **attributes)


def boundary(key: str, host: str, *parts: str, interrupts: bool = True, **more: Any) -> str:
    flag = "true" if interrupts else "false"
    return node("boundaryEvent", key, *parts, attachedToRef=host, cancelActivity=flag, **more)


def sub(key: str, *parts: str, **attributes: Any) -> str:
    return node("subProcess", key, *parts, **attributes)


def exclusive(key: str, **attributes: Any) -> str:
    return node("exclusiveGateway", key, **attributes)


def parallel(key: str) -> str:
    return node("parallelGateway", key)


def flow(source: str, target: str, condition: str = "") -> str:
    """A sequence flow source_target."""
    inner = (
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
        f"{condition}</bpmn:conditionExpression>"
        if condition
        else ""
    )
    return node("sequenceFlow", f"{source}_{target}", inner, sourceRef=source, targetRef=target)


def line(*names: str) -> str:
    return "".join(flow(a, b) for a, b in zip(names, names[1:], strict=False))


def timer(text: str, kind: str = "timeDuration") -> str:
    inner = f'<bpmn:{kind} xsi:type="bpmn:tFormalExpression">{text}</bpmn:{kind}>'
    return f"<bpmn:timerEventDefinition>{inner}</bpmn:timerEventDefinition>"


def on(kind: str, target: str = "") -> str:
    """An event definition: on("message", "M"), on("signal", "S"), on("error", "E")."""
    reference = f' {kind}Ref="{target}"' if target else ""
    return f"<bpmn:{kind}EventDefinition{reference}/>"


def message(key: str, name: str) -> str:
    return node("message", key, name=name)


def signal(key: str, name: str) -> str:
    return node("signal", key, name=name)


def error(key: str, code: str) -> str:
    return node("error", key, name=f"Fehler {code}", errorCode=code)


def loop(text: str, item: str = "", *, sequential: bool = False) -> str:
    """Multi-instance over a list (with `item`) or a number."""
    flag = "true" if sequential else "false"
    inner = (
        f"<bpmn:loopDataInputRef>{text}</bpmn:loopDataInputRef>"
        f'<bpmn:inputDataItem id="{item}" name="{item}"/>'
        if item
        else f"<bpmn:loopCardinality>{text}</bpmn:loopCardinality>"
    )
    tag = "bpmn:multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{flag}">{inner}</{tag}>'


def write(folder: Path, **files: str) -> list[Path]:
    """Put texts into files: write(folder, order=...) makes order.bpmn."""
    found = []
    for name, text in files.items():
        place = folder / f"{name}.bpmn"
        place.write_text(text, encoding="utf-8")
        found.append(place)
    return found
