"""Random cases run alike with finished tasks dropped and with all of them kept."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from case_driver import BEGIN, Case, scope, timer
from case_driver import file as bpmn_file

from pikflow.engine import codec, running, runtime
from pikflow.engine.workflow import CaseWorkflow


class _Drawing:
    """A random block-structured process: every block is entered by one flow and left by one."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a drawing, not a secret
        self.count = 0

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def process(self) -> bytes:
        nodes, flows, first, last = self.block(5)
        body = scope(f"start > {first}\n{last} > end\n" + "\n".join(flows), "".join(nodes))
        return bpmn_file(f'<process id="p">{body}</process>')

    def block(self, depth: int) -> tuple[list[str], list[str], str, str]:
        kinds = ["task", "sequence", "xor", "and", "or", "loop", "sub", "border", "many"]
        kind = self.random.choice((kinds[1:] if depth > 1 else kinds) if depth else ["task"])
        return getattr(self, f"_{kind}")(depth - 1)

    def _task(self, _depth: int) -> Any:
        key = self.name("t")
        return [f'<userTask id="{key}"/>'], [], key, key

    def _sequence(self, depth: int) -> Any:
        n1, f1, first, end = self.block(depth)
        n2, f2, begin, last = self.block(depth)
        return n1 + n2, [*f1, *f2, f"{end} > {begin}"], first, last

    def _gateways(self, tag: str, depth: int, condition: str) -> Any:
        opened, closed = self.name("g"), self.name("g")
        nodes = [f'<{tag} id="{closed}"/>']
        flows, default = [], ""
        for number in range(self.random.randint(2, 3)):
            more, wires, first, last = self.block(depth)
            nodes += more
            test = (
                f" [{condition.format(self.random.randint(0, 3))}]" if number and condition else ""
            )
            default = default or f"{opened}_{first}"
            flows += [*wires, f"{opened} > {first}{test}", f"{last} > {closed}"]
        chosen = f' default="{default}"' if condition else ""
        return [f'<{tag} id="{opened}"{chosen}/>', *nodes], flows, opened, closed

    def _xor(self, depth: int) -> Any:
        return self._gateways("exclusiveGateway", depth, "zahl % 4 == {}")

    def _and(self, depth: int) -> Any:
        return self._gateways("parallelGateway", depth, "")

    def _or(self, depth: int) -> Any:
        return self._gateways("inclusiveGateway", depth, "zahl % 4 >= {}")

    def _loop(self, depth: int) -> Any:
        nodes, flows, first, last = self.block(depth)
        begin, back = self.name("g"), self.name("g")
        gates = [
            f'<exclusiveGateway id="{begin}"/>',
            f'<exclusiveGateway id="{back}" default="{back}_{begin}x"/>',
            f'<scriptTask id="{begin}x"><script>zahl = zahl + 1</script></scriptTask>',
        ]
        wires = [f"{begin} > {first}", f"{last} > {back} > {begin}x", f"{begin}x > {begin}"]
        out = self.name("t")
        leave = f"{back} > {out} [zahl % 3 == 0]"
        return [*gates, *nodes, f'<task id="{out}"/>'], [*flows, *wires, leave], begin, out

    def _sub(self, depth: int) -> Any:
        nodes, flows, first, last = self.block(depth)
        key = self.name("s")
        start, end = f"{key}start", f"{key}end"
        ends = f'<startEvent id="{start}"/><endEvent id="{end}"/>'
        inner = scope(
            "\n".join([f"{start} > {first}", f"{last} > {end}", *flows]), ends + "".join(nodes)
        )
        return [f'<subProcess id="{key}">{inner}</subProcess>'], [], key, key

    def _border(self, depth: int) -> Any:
        nodes, flows, key, _ = self._sub(depth)
        event, other, join = self.name("b"), self.name("t"), self.name("g")
        stays = self.random.choice(['cancelActivity="false"', ""])
        text = self.random.choice([timer("Duration", "P2D"), timer("Cycle", "R2/P2D")])
        nodes += [
            f'<boundaryEvent id="{event}" attachedToRef="{key}" {stays}>{text}</boundaryEvent>',
            f'<userTask id="{other}"/><exclusiveGateway id="{join}"/>',
        ]
        return nodes, [*flows, f"{event} > {other} > {join}", f"{key} > {join}"], key, join

    def _many(self, depth: int) -> Any:
        nodes, flows, key, last = self._sub(depth)
        order = self.random.choice(['isSequential="true"', ""])
        loop = (
            f"<multiInstanceLoopCharacteristics {order}><loopCardinality>2</loopCardinality>"
            "</multiInstanceLoopCharacteristics></subProcess>"
        )
        nodes[-1] = nodes[-1].removesuffix("</subProcess>") + loop
        return nodes, flows, key, last


def _views(case: Case) -> Any:
    return (case.open, case.waiting, case.trace, case.cancelled, case.data, case.done)


def _run(process: bytes, seed: int) -> Iterator[Any]:
    """Complete random tasks and let days pass; what is seen after every step."""
    chance = random.Random(seed)  # noqa: S311
    case = Case(process, data={"zahl": 0})
    yield _views(case)
    for _ in range(40):
        if case.done:
            return
        if case.open and (not case.waiting or chance.random() < 0.8):
            number = chance.randrange(len(case.result.open_tasks))
            task = case.result.open_tasks[number]
            answers = {"zahl": chance.randint(0, 7)}
            case.step(runtime.complete, task.id, answers)
        else:
            case.later(days=1)
        yield _views(case)


@pytest.mark.parametrize("seed", range(40))
def test_pruned_and_unpruned_cases_agree_after_every_step(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = _Drawing(seed).process()
    pruned = list(_run(process, seed))
    for module in (runtime, running):
        monkeypatch.setattr(module, "prune", lambda case: None)
    unpruned = list(_run(process, seed))
    assert pruned == unpruned
    assert len(pruned) > 1


def test_a_pruned_state_holds_only_what_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    original = codec.dump

    def spy(case: CaseWorkflow) -> bytes:
        kept.append(sum(len(scope.tasks) - 1 for scope in case.scopes()))
        return original(case)

    monkeypatch.setattr(codec, "dump", spy)
    case = Case(bpmn_file(f'<process id="p">{scope("start > a > b > c > end")}</process>'))
    for key in ("a", "b", "c"):
        case.complete(key)
    assert kept == [1, 1, 1, 0] and case.now == BEGIN
