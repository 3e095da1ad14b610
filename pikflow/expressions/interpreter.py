"""A tree into one callable: every node becomes a small closure over a frame.

A frame is the scope, the steps left, and a slot for each loop variable; closures call closures,
so evaluating costs neither dispatch nor copies. The browser's interpreter follows the same rules
on the same trees; conformance.json holds both to them.
"""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from pikflow import values
from pikflow.expressions import numbers
from pikflow.expressions.budget import (
    NODES_PER_STEP,
    SCOPE,
    VARIABLES,
    Frame,
    charge,
    charge_value,
)
from pikflow.expressions.functions import FUNCTIONS
from pikflow.expressions.kinds import lift, member, truth
from pikflow.expressions.operators import ARITHMETIC, COMPARISON

Tree = list[Any]
Step = Callable[[Frame], Any]


def build(tree: Tree) -> tuple[Step, int]:
    """The callable of a tree, and how many loop variables its frame needs."""
    plan = _Plan()
    return plan.step(tree, {}), plan.slots


class _Plan:
    """Hands out a frame slot to each loop while the closures are built."""

    def __init__(self) -> None:
        self.slots = 0

    def step(self, tree: Tree, variables: dict[str, int]) -> Step:
        return _BUILDERS[tree[0]](self, tree, variables)

    def steps(self, trees: list[Tree], variables: dict[str, int]) -> tuple[Step, ...]:
        return tuple(self.step(tree, variables) for tree in trees)

    def slot(self) -> int:
        self.slots += 1
        return VARIABLES + self.slots - 1


Builder = Callable[[_Plan, Tree, dict[str, int]], Step]


def _value(_plan: _Plan, tree: Tree, _variables: dict[str, int]) -> Step:
    constant = values.load(json.dumps(tree[1]))
    return lambda _frame: constant


def _name(_plan: _Plan, tree: Tree, variables: dict[str, int]) -> Step:
    name = tree[1]
    if name in variables:
        slot = variables[name]
        return lambda frame: frame[slot]
    return lambda frame: frame[SCOPE].get(name)


def _get(plan: _Plan, tree: Tree, variables: dict[str, int]) -> Step:
    source, keys = plan.step(tree[1], variables), tree[2:]
    if len(keys) > 1:
        first, rest = keys[0], keys[1:]

        def walk(frame: Frame) -> Any:
            value = member(source(frame), first)
            for key in rest:
                value = member(value, key)
            return value

        return walk
    key = keys[0]
    if tree[1][0] == "name" and tree[1][1] not in variables:
        name = tree[1][1]

        def read(frame: Frame) -> Any:
            value = frame[SCOPE].get(name)
            return value.get(key) if type(value) is dict else member(value, key)

        return read

    def look(frame: Frame) -> Any:
        value = source(frame)
        return value.get(key) if type(value) is dict else member(value, key)

    return look


def _arith(plan: _Plan, tree: Tree, variables: dict[str, int]) -> Step:
    first = plan.step(tree[1], variables)
    chain = tuple((ARITHMETIC[op], plan.step(part, variables)) for op, part in tree[2:])
    if len(chain) == 1:
        compute, second = chain[0]
        return lambda frame: compute(frame, first(frame), second(frame))

    def run(frame: Frame) -> Any:
        result = first(frame)
        for operate, operand in chain:
            result = operate(frame, result, operand(frame))
        return result

    return run


def _compare(plan: _Plan, tree: Tree, variables: dict[str, int]) -> Step:
    first = plan.step(tree[1], variables)
    chain = tuple((COMPARISON[op], plan.step(part, variables)) for op, part in tree[2:])
    if len(chain) == 1:
        test, second = chain[0]
        return lambda frame: test(frame, first(frame), second(frame))

    def run(frame: Frame) -> bool:
        left = first(frame)
        for check, operand in chain:
            right = operand(frame)
            if not check(frame, left, right):
                return False
            left = right
        return True

    return run


def _junction(decisive: bool) -> Builder:
    """`and` ends at the first False, `or` at the first True; both give booleans."""

    def build_junction(plan: _Plan, tree: Tree, variables: dict[str, int]) -> Step:
        parts = plan.steps(tree[1:], variables)

        def run(frame: Frame) -> bool:
            for part in parts:
                value = part(frame)
                if value is decisive or truth(value) is decisive:
                    return decisive
            return not decisive

        return run

    return build_junction


def _not(plan: _Plan, tree: Tree, variables: dict[str, int]) -> Step:
    part = plan.step(tree[1], variables)
    return lambda frame: not truth(part(frame))


def _neg(plan: _Plan, tree: Tree, variables: dict[str, int]) -> Step:
    part = plan.step(tree[1], variables)

    def run(frame: Frame) -> Any:
        number = numbers.from_value(part(frame))
        return None if number is None else numbers.negate(number)

    return run


def _pos(plan: _Plan, tree: Tree, variables: dict[str, int]) -> Step:
    part = plan.step(tree[1], variables)
    return lambda frame: numbers.from_value(part(frame))


def _if(plan: _Plan, tree: Tree, variables: dict[str, int]) -> Step:
    condition, then, otherwise = plan.steps(tree[1:], variables)
    return lambda frame: then(frame) if truth(condition(frame)) else otherwise(frame)


def _list(plan: _Plan, tree: Tree, variables: dict[str, int]) -> Step:
    parts = plan.steps(tree[1:], variables)
    return lambda frame: [part(frame) for part in parts]


def _dict(plan: _Plan, tree: Tree, variables: dict[str, int]) -> Step:
    entries = tuple((key, plan.step(part, variables)) for key, part in tree[1:])
    return lambda frame: {key: part(frame) for key, part in entries}


def _each(plan: _Plan, tree: Tree, variables: dict[str, int]) -> Step:
    _, variable, source, condition, body = tree
    rows = plan.step(source, variables)
    slot = plan.slot()
    inner = {**variables, variable: slot}
    keep = plan.step(condition, inner) if condition else None
    make = plan.step(body, inner)
    cost = 1 + (_size(condition or []) + _size(body)) // NODES_PER_STEP

    def run(frame: Frame) -> list[Any] | None:
        items = lift(rows(frame))
        if items is None:
            return []
        if type(items) is not list:
            return None
        charge_value(frame, items)
        results = []
        for item in items:
            charge(frame, cost)
            frame[slot] = item
            if keep is None or truth(keep(frame)):
                results.append(make(frame))
        return results

    return run


def _size(tree: Any) -> int:
    """How many nodes a tree has; one that builds a list or dictionary counts four times."""
    if not isinstance(tree, list):
        return 0
    own = 4 if tree and tree[0] in ("list", "dict") else 1
    return own + sum(_size(part) for part in tree)


def _call(plan: _Plan, tree: Tree, variables: dict[str, int]) -> Step:
    if tree[1] == "today":
        return _today
    function, arguments = FUNCTIONS[tree[1]], plan.steps(tree[2:], variables)
    compute, weight, steps = function.run, function.weight, function.steps

    def run(frame: Frame) -> Any:
        found = [argument(frame) for argument in arguments]
        charge(frame, steps)
        for value in found:
            charge_value(frame, value, weight)
        result = compute(*found)
        charge_value(frame, result, weight)
        return result

    return run


def _today(frame: Frame) -> Any:
    """The day of the step, which whoever evaluates puts into the scope as `heute`."""
    day = lift(frame[SCOPE].get("heute"))
    return day if type(day) is date else None


_BUILDERS: dict[str, Builder] = {
    "value": _value,
    "name": _name,
    "get": _get,
    "arith": _arith,
    "compare": _compare,
    "and": _junction(False),
    "or": _junction(True),
    "not": _not,
    "neg": _neg,
    "pos": _pos,
    "if": _if,
    "list": _list,
    "dict": _dict,
    "each": _each,
    "call": _call,
}
