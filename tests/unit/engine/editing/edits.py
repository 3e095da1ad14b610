"""Random changes to a file, as somebody might make them in any order."""

import random
from collections.abc import Callable

from pikflow.engine.editing import branches, changing, lanes, steps
from pikflow.engine.editing.branches import NewWay
from pikflow.engine.editing.kinds import STEPS, NewStep, kind_of
from pikflow.engine.editing.steps import Place
from pikflow.engine.editing.workpiece import Edited
from pikflow.engine.model import Model, Process, read
from pikflow.engine.xml import parse

NAMES = ["Antrag prüfen", "Bescheid & Anlagen erstellen", "Rückfrage <klären>", "Größe", "Start"]
KINDS = [kind for kind in STEPS if kind != "endEvent"]


def model_of(data: bytes) -> Model:
    return read(parse(data, file="probe"), "probe")


class Hand:
    """Chooses a change by a seed; `told` says what was done last."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.told = ""

    def change(self, data: bytes) -> Edited:
        model = model_of(data)
        process = self.dice.choice([p for p in model.processes.values() if p.nodes])
        deeds = [
            self._add, self._add, self._move, self._remove, self._branch, self._way, self._lead,
            self._boundary, self._lane, self._name, self._kind, self._remove_way, self._new_lane,
            self._condition, self._unbranch,
        ]  # fmt: skip
        deed = self.dice.choice(deeds)
        self.told = deed.__name__
        return deed(data, process)

    def _node(self, process: Process, fits: Callable[[str], bool] = lambda _: True) -> str:
        keys = [n.id for n in process.nodes.values() if fits(n.kind)]
        return self.dice.choice(keys or list(process.nodes))

    def _flow(self, process: Process) -> str:
        return self.dice.choice(list(process.flows) or [""])

    def _place(self, process: Process) -> Place:
        number = self.dice.randrange(3)
        if number == 0 and process.flows:
            return Place(way=self._flow(process))
        key = self._node(process)
        return Place(after=key) if number == 1 else Place(before=key)

    def _step(self, process: Process, kinds: list[str] = KINDS) -> NewStep:
        kind = self.dice.choice(kinds)
        names = [lane.name for lane in process.lanes if lane.name]
        lane = self.dice.choice(["", *names]) if names else ""
        return NewStep(kind, self.dice.choice(NAMES), lane)

    def _add(self, data: bytes, process: Process) -> Edited:
        return steps.add_step(data, self._place(process), self._step(process))

    def _move(self, data: bytes, process: Process) -> Edited:
        return steps.move_step(data, self._node(process), self._place(process))

    def _remove(self, data: bytes, process: Process) -> Edited:
        return steps.remove_step(data, self._node(process))

    def _lead(self, data: bytes, process: Process) -> Edited:
        return steps.lead_way(data, self._flow(process), self._node(process))

    def _branch(self, data: bytes, process: Process) -> Edited:
        kind = self.dice.choice(["exclusiveGateway", "parallelGateway", "inclusiveGateway"])
        ways = [NewWay("a", step=self._step(process)), NewWay("b", step=self._step(process))]
        if kind != "parallelGateway":
            ways = [NewWay("ja", "a == 1", step=self._step(process)), NewWay("nein", default=True)]
            if self.dice.random() < 0.3:
                ways.append(NewWay("aus", "b < 2", step=NewStep("endEvent", "Abgelehnt")))
        return branches.add_branch(data, self._place(process), kind, "Was nun?", ways)

    def _way(self, data: bytes, process: Process) -> Edited:
        gateway = self._node(process, lambda kind: kind.endswith("Gateway"))
        to = self.dice.choice(["", self._node(process)])
        return branches.add_way(data, gateway, NewWay("auch", "c", step=self._step(process), to=to))

    def _remove_way(self, data: bytes, process: Process) -> Edited:
        return branches.remove_way(data, self._flow(process))

    def _unbranch(self, data: bytes, process: Process) -> Edited:
        gateway = process.nodes[self._node(process, lambda kind: kind.endswith("Gateway"))]
        return branches.remove_branch(data, gateway.id, self.dice.choice([*gateway.outgoing, ""]))

    def _boundary(self, data: bytes, process: Process) -> Edited:
        kind = self.dice.choice(["timer", "message", "error"])
        text = {"timer": "P14D", "message": "Rücknahme", "error": "fehler"}[kind]
        step = self.dice.choice([None, self._step(process)])
        host = self._node(process, lambda kind: kind.endswith(("Task", "Activity", "subProcess")))
        return steps.add_boundary(data, host, kind, "Frist um", text=text, step=step)

    def _lane(self, data: bytes, process: Process) -> Edited:
        names = [lane.name for lane in process.lanes if lane.name] or ["Kreis"]
        return changing.change_step(data, self._node(process), {"lane": self.dice.choice(names)})

    def _new_lane(self, data: bytes, process: Process) -> Edited:
        if process.lanes and self.dice.random() < 0.5:
            lane, other = (self.dice.choice(process.lanes).id for _ in range(2))
            return lanes.remove_lane(data, lane, to=other)
        return lanes.add_lane(data, self.dice.choice(["Kreis", "Gericht"]), process=process.id)

    def _name(self, data: bytes, process: Process) -> Edited:
        values = {"name": self.dice.choice(NAMES), "documentation": self.dice.choice(["", "Tun."])}
        return changing.change_step(data, self._node(process), values)

    def _kind(self, data: bytes, process: Process) -> Edited:
        key = self._node(process)
        kinds = [*STEPS, "timer", "exclusiveGateway", "parallelGateway"]
        kind = self.dice.choice([k for k in kinds if k != kind_of(process.nodes[key])])
        return changing.change_step(data, key, {"kind": kind})

    def _condition(self, data: bytes, process: Process) -> Edited:
        default = self.dice.choice([None, True])
        return changing.change_way(data, self._flow(process), condition="x > 3", default=default)
