"""Milliseconds the engine takes for one completed user task (`python benchmarks/engine_steps.py`).

The process has 36 elements: 9 user tasks, a called process, a parallel block, conditions, a timer
on a task and two loops; the case data hold about 5 KB. Storing is not part of it.
"""

import sys
import time
from datetime import UTC, datetime

from pikflow.engine import runtime
from pikflow.engine.definition import Definition

TASKS = 3_000
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
FLOWS = """start u1|u1 s1|s1 x1|x1 u2 wert >= 0|x1 u1|u2 auf|auf u3|auf u4|u3 zu|u4 zu|zu ruf|ruf u5
u5 x2|x2 u6 wert > 1|x2 u7|u6 x3|u7 x3|x3 s2|s2 u8|u8 x4|x4 u1 weiter|x4 u9|u9 ende
frist u10|u10 ende2|qs q1|q1 q2|q2 qe"""
NODES = {
    "start": "startEvent", "qs": "startEvent", "ende": "endEvent", "ende2": "endEvent",
    "qe": "endEvent", "x1": "exclusiveGateway", "x2": "exclusiveGateway",
    "x3": "exclusiveGateway", "x4": "exclusiveGateway", "auf": "parallelGateway",
    "zu": "parallelGateway", "s1": "scriptTask", "s2": "scriptTask", "ruf": "callActivity",
    "frist": "boundaryEvent",
}  # fmt: skip
EXTRA = {
    "x1": 'default="x1_u1"', "x2": 'default="x2_u7"', "x4": 'default="x4_u9"',
    "ruf": 'calledElement="q"', "frist": 'attachedToRef="u5" cancelActivity="false"',
}  # fmt: skip
INSIDE = {
    "s1": "<script>summe = wert + 1</script>",
    "s2": "<script>summe = summe * 2</script>",
    "frist": "<timerEventDefinition><timeDuration>P30D</timeDuration></timerEventDefinition>",
}


def process() -> bytes:
    """The two processes as one BPMN file."""
    parts: dict[str, dict[str, str]] = {"p": {}, "q": {}}
    for line in FLOWS.replace("\n", "|").split("|"):
        source, target, *condition = line.split(" ", 2)
        part = parts["q" if source.startswith("q") else "p"]
        for key in (source, target):
            kind = NODES.get(key, "userTask")
            part[key] = f'<{kind} id="{key}" {EXTRA.get(key, "")}>{INSIDE.get(key, "")}</{kind}>'
        text = "".join(condition).replace(">", "&gt;")
        inner = f"<conditionExpression>{text}</conditionExpression>" if text else ""
        ends = f'sourceRef="{source}" targetRef="{target}"'
        name = f"{source}_{target}"
        part[name] = f'<sequenceFlow id="{name}" {ends}>{inner}</sequenceFlow>'
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="b">'
    body = "".join(f'<process id="{p}">{"".join(parts[p].values())}</process>' for p in parts)
    return f"{head}{body}</definitions>".encode()


def main() -> None:
    definition = Definition.build({"benchmark.bpmn": process()}, "p")
    data = {f"feld_{number}": "x" * 40 for number in range(100)}
    result = runtime.start(definition, data, NOW)
    begin = time.perf_counter()
    for _ in range(TASKS):
        answers = {"wert": 5, "weiter": True}
        task = result.open_tasks[0]
        result = runtime.complete(definition, result.state, result.data, task.id, answers, NOW)
    each = (time.perf_counter() - begin) / TASKS * 1000
    sys.stdout.write(f"{each:.2f} ms a task, {len(result.state)} bytes of state\n")


if __name__ == "__main__":
    main()
