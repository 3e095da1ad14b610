"""Small BPMN files for the tests, written as lines instead of XML.

    sketch('''
    lane Gemeinde
      start Beginn "Bedarf melden"
      user melden "Bedarf melden" pik:form=bedarf
      timer frist on melden P14D not        (boundary; `not` = not interrupting)
    Beginn -> melden -> Ende
    pruefen -> Ende "nein" if ja == false
    pruefen -> Ende "ja" default
    ''')

A line is `kind id "Name" key=value ...`; nodes after `lane X` belong to that lane; `a ~ b` is an
association.
"""

import re
import shlex
from xml.sax.saxutils import escape, quoteattr

KINDS = {
    "start": "startEvent", "end": "endEvent", "user": "userTask", "manual": "manualTask",
    "task": "task", "service": "serviceTask", "script": "scriptTask", "call": "callActivity",
    "send": "sendTask", "receive": "receiveTask", "rule": "businessRuleTask",
    "xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway",
    "events": "eventBasedGateway", "complex": "complexGateway", "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent", "timer": "boundaryEvent", "boundary": "boundaryEvent",
    "sub": "subProcess", "adhoc": "adHocSubProcess", "transaction": "transaction",
}  # fmt: skip
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:pik="urn:pikflow:bpmn:1.0"'
    ' id="Definitions_1" targetNamespace="urn:test">\n'
)


def sketch(text: str, *, process: str = "vorgang", name: str = "Vorgang", pool: str = "") -> bytes:
    """The BPMN file of the lines; `pool` makes a collaboration with one pool of that name."""
    body: list[str] = []
    lanes: list[tuple[str, list[str]]] = []
    extra: list[str] = []
    flows = 0
    inside: list[str] = []
    for raw in text.strip().splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("lane "):
            lanes.append((line[5:], []))
        elif line.startswith("<"):
            extra.append(line)
        elif line == "}":
            body.append(f"</bpmn:{inside.pop()}>")
        elif " ~ " in line:
            source, target = line.split(" ~ ")
            body.append(
                f'<bpmn:association id="{source}_{target}" sourceRef="{source}" '
                f'targetRef="{target}" />'
            )
        elif "->" in line:
            steps, _, condition = line.partition(" if ")
            names = [part.strip() for part in steps.split("->")]
            last, *words = shlex.split(names[-1])
            names[-1] = last
            for source, target in zip(names, names[1:], strict=False):
                flows += 1
                label = next((w for w in words if w not in ("default",)), "")
                body.append(_flow(f"f{flows}", source, target, label, condition))
                if "default" in words:
                    extra.append(f"default {source} f{flows}")
        else:
            node = _node(line)
            body.append(node)
            if lanes and not inside:
                lanes[-1][1].append(line.split()[1])
            if line.endswith("{"):
                inside.append(KINDS[line.split()[0]])
    return _assembled(body, lanes, extra, process, name, pool).encode()


def _flow(key: str, source: str, target: str, name: str, condition: str) -> str:
    inner = (
        f"<bpmn:conditionExpression xsi:type='bpmn:tFormalExpression'>{escape(condition)}"
        "</bpmn:conditionExpression>"
        if condition
        else ""
    )
    label = f" name={quoteattr(name)}" if name else ""
    return (
        f'<bpmn:sequenceFlow id="{key}"{label} sourceRef="{source}" targetRef="{target}">{inner}'
        "</bpmn:sequenceFlow>"
    )


def _node(line: str) -> str:
    opened = line.endswith("{")
    kind, key, *words = shlex.split(line.removesuffix("{"))
    tag = KINDS[kind]
    name, inner, attributes = "", "", []
    it = iter(words)
    for word in it:
        if word == "on":
            attributes.append(f'attachedToRef="{next(it)}"')
        elif word == "not":
            attributes.append(
                'cancelActivity="false"' if tag == "boundaryEvent" else 'isInterrupting="false"'
            )
        elif re.fullmatch(r"[\w:]+=.*", word, re.S):
            attribute, value = word.split("=", 1)
            if attribute == "timer":
                inner += _timer(value)
            elif attribute in ("message", "signal", "error", "escalation"):
                inner += f'<bpmn:{attribute}EventDefinition {attribute}Ref="{value}" />'
            elif attribute == "link":
                inner += f"<bpmn:linkEventDefinition name={quoteattr(value)} />"
            elif attribute == "compensate":
                target = "" if value == "1" else f' activityRef="{value}"'
                inner += f"<bpmn:compensateEventDefinition{target} />"
            elif attribute in ("terminate", "cancel", "conditional"):
                inner += f"<bpmn:{attribute}EventDefinition />"
            elif attribute == "script":
                inner += f"<bpmn:script>{escape(value)}</bpmn:script>"
            elif attribute == "doc":
                inner += f"<bpmn:documentation>{escape(value)}</bpmn:documentation>"
            else:
                attributes.append(f"{attribute}={quoteattr(value)}")
        elif kind == "timer" and re.match(r"R?\d*/?P|\d{4}-|=", word):
            inner += _timer(word)
        else:
            name = word
    label = f" name={quoteattr(name)}" if name else ""
    start = f'<bpmn:{tag} id="{key}"{label} {" ".join(attributes)}>{inner}'
    return start if opened else f"{start}</bpmn:{tag}>"


def _timer(text: str) -> str:
    tag = "timeCycle" if text.startswith("R") else "timeDuration"
    tag = "timeDate" if re.match(r"\d{4}-", text) else tag
    body = escape(text.removeprefix("="))
    return f"<bpmn:timerEventDefinition><bpmn:{tag}>{body}</bpmn:{tag}></bpmn:timerEventDefinition>"


def _assembled(
    body: list[str],
    lanes: list[tuple[str, list[str]]],
    extra: list[str],
    process: str,
    name: str,
    pool: str,
) -> str:
    text = "\n".join(body)
    for line in extra:
        if line.startswith("default "):
            _, source, flow = line.split()
            text = text.replace(f' id="{source}"', f' id="{source}" default="{flow}"', 1)
    sets = "".join(
        f'<bpmn:lane id="Lane_{i}" name={quoteattr(lane)}>'
        + "".join(f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in nodes)
        + "</bpmn:lane>\n"
        for i, (lane, nodes) in enumerate(lanes)
    )
    sets = f"<bpmn:laneSet>\n{sets}</bpmn:laneSet>\n" if sets else ""
    outside = "\n".join(line for line in extra if line.startswith("<"))
    shown = (
        f'<bpmn:collaboration id="Collaboration_1"><bpmn:participant id="Pool_1"'
        f' name={quoteattr(pool)} processRef="{process}" /></bpmn:collaboration>\n'
        if pool
        else ""
    )
    return (
        f"{HEAD}{outside}\n{shown}"
        f'<bpmn:process id="{process}" name={quoteattr(name)} isExecutable="true">\n'
        f"{sets}{text}\n</bpmn:process>\n</bpmn:definitions>\n"
    )
