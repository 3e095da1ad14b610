"""A process run by two sides with the same random choices, compared after every step."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from SpiffWorkflow.exceptions import SpiffWorkflowException

from .blocks import Block
from .drawing import drawn
from .ours import Ours
from .pen import SIGNALS, Drawing
from .sides import BEGIN, Side, View

MOST_STEPS = 40
Action = tuple[Any, ...]
Opener = Callable[[Drawing], Side]


@dataclass
class Run:
    """What came of a comparison: the steps taken, the first difference in words (none: "")."""

    steps: list[Action] = field(default_factory=list)
    difference: str = ""
    used: set[str] = field(default_factory=set)
    ended: bool = False


def compare(tree: Block, seed: int, other: Opener) -> Run:
    """Run a tree by our engine and by another side until they differ or the case stops."""
    drawing, run, chance, now = drawn(tree), Run(), random.Random(seed), BEGIN
    mine = Ours(drawing)
    theirs: Side | None = None
    try:
        theirs = other(drawing)
        while len(run.steps) < MOST_STEPS:
            seen, shown = mine.view(), theirs.view()
            found = _differences(drawing, seen, shown, run.used)
            if found or seen.done:
                run.difference, run.ended = "; ".join(found), seen.done
                return run
            chosen = _choice(drawing, mine, shown, chance, now + timedelta(seconds=1))
            if chosen is None:
                return run
            action, now = chosen
            run.steps.append(action)
            for side in (mine, theirs):
                getattr(side, action[0])(*action[1:], now)
    except SpiffWorkflowException as fault:
        run.difference = f"{type(fault).__name__}: {fault}"
    return run


def _choice(
    drawing: Drawing, mine: Ours, shown: View, chance: random.Random, now: datetime
) -> tuple[Action, datetime] | None:
    """What to do next, and when; None when nothing is left to do."""
    result, heard = mine.result, shown.events
    known = mine.view().events
    waiting = [event for event in result.waiting if heard[event.element] == known[event.element]]
    alone = [event for event in waiting if known[event.element] == 1]
    actions: list[Action] = [("complete", task) for task in result.open_tasks] * 2
    actions += [("message", event.message) for event in alone if event.kind == "message"]
    signals = [event for event in result.waiting if event.kind == "signal"]
    if signals and all(event in waiting for event in signals):
        actions.append(("signal", chance.choice(SIGNALS)))
    due = result.next_due
    if due is not None:
        actions.append(("later",))
    if not actions:
        return None
    kind, *what = ("later",) if due is not None and due <= now else chance.choice(actions)
    if kind == "later" and due is not None:
        now = max(now, due + timedelta(seconds=0.5))
    if kind == "complete":
        place = mine.place(what[0])
        answers = {place[0]: chance.randint(0, 11)}
        if place[0] in drawing.outputs:
            answers[drawing.outputs[place[0]]] = chance.randint(0, 99)
        return ("complete", place, answers), now
    return (kind, *what), now


def _differences(drawing: Drawing, mine: View, other: View, used: set[str]) -> list[str]:
    """What the two sides show differently, in words; `used` gathers the rules that were needed."""
    found = [
        f"{name}: {left} != {right}"
        for name in ("tasks", "done")
        if (left := getattr(mine, name)) != (right := getattr(other, name))
    ]
    for name in sorted({*mine.events, *other.events}):
        if name in drawing.repeating and mine.events[name] > other.events[name]:
            used.add("B15")
        elif mine.events[name] != other.events[name]:
            found.append(f"events {name}: {mine.events[name]} != {other.events[name]}")
    for name in sorted({*mine.completed, *other.completed} - drawing.unnoted):
        if mine.completed[name] != other.completed[name]:
            found.append(f"completed {name}: {mine.completed[name]} != {other.completed[name]}")
    if mine.data is not None and other.data is not None:
        found += _data_differences(drawing, mine.data, other.data, used)
    return found


def _data_differences(
    drawing: Drawing, mine: Mapping[str, Any], other: Mapping[str, Any], used: set[str]
) -> list[str]:
    """Names that differ, but for what the library is known to lose, to keep or to mix up."""
    local = {*drawing.items, *(f"o{item}" for item in drawing.items)}
    if local & set(other):
        used.add("B14")
    missing = set(mine) - set(other)
    if not drawing.terminates:
        missing &= drawing.lost
    copied = {name for name in drawing.copied & set(mine) & set(other) if mine[name] != other[name]}
    if missing or copied:
        used.add("B3")
    return [
        f"data {name}: {mine.get(name, 'nothing')} != {other.get(name, 'nothing')}"
        for name in sorted({*mine, *other} - local - missing - copied)
        if name not in mine or name not in other or mine[name] != other[name]
    ]
