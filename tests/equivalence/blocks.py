"""Random block-structured processes as trees, drawn the same for the same seed.

A tree is data, so a failing process can be made smaller (see smaller.py); drawing.py writes it as
BPMN. Every block is entered by one flow and left by one.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_BLOCKS = 30
DEPTH = 5

_INNER = {
    "sequence": (2, 3),
    "xor": (2, 3),
    "and": (2, 3),
    "or": (2, 3),
    "loop": (1, 1),
    "sub": (1, 1),
    "call": (1, 1),
    "fault": (1, 2),
    "border": (2, 2),
    "many": (1, 1),
    "race": (2, 3),
}
LEAVES = ("task", "task", "task", "script", "timer", "message", "signal", "exit", "throw")
BRANCHES = (
    *("sequence", "sequence", "sequence", "xor", "and", "and", "or", "loop", "sub", "call"),
    *("fault", "border", "border", "many", "race"),
)
_HOSTS = ("task", "sub", "sub", "call", "many")


@dataclass(frozen=True)
class Block:
    """One block; `how` are the words of its variant, `inner` the blocks inside."""

    kind: str
    inner: tuple["Block", ...] = ()
    how: tuple[str, ...] = ()

    def walk(self) -> "Iterator[Block]":
        """The block and all inside it, outer before inner."""
        yield self
        for part in self.inner:
            yield from part.walk()

    @property
    def size(self) -> int:
        return sum(1 for _ in self.walk())

    @classmethod
    def read(cls, text: str) -> "Block":
        """The tree of a text as str() gives it."""
        found: list[list[Block]] = [[]]
        for words, bracket in re.findall(r"([a-z-]*)([(),]?) ?", text):
            if words:
                kind, *how = words.split("-")
                found[-1].append(cls(kind, (), tuple(how)))
            if bracket == "(":
                found.append([])
            elif bracket == ")":
                inner = tuple(found.pop())
                found[-1][-1] = cls(found[-1][-1].kind, inner, found[-1][-1].how)
        return found[0][0]

    def __str__(self) -> str:
        words = "-".join((self.kind, *self.how))
        return f"{words}({', '.join(map(str, self.inner))})" if self.inner else words


def draw(seed: int) -> Block:
    """The tree of a seed, of 4 to MOST_BLOCKS blocks."""
    chance = random.Random(seed)
    while True:
        block = _Draw(chance).block(DEPTH)
        if 4 <= block.size <= MOST_BLOCKS and is_sound(block):
            return block


def is_sound(block: Block, *, free: bool = True) -> bool:
    """Whether no branch of a parallel join ends elsewhere: BPMN has no answer for that one.

    `free` says that a token of the scope may end here.
    """
    if block.kind == "exit" and "terminate" not in block.how:
        return free
    if block.kind == "border":
        host, path = block.inner
        plain = host.kind in _HOSTS and (free or "ends" not in block.how)
        return plain and is_sound(host, free=free) and is_sound(path, free="ends" in block.how)
    if block.kind == "many":
        return block.inner[0].kind in ("task", "sub", "call") and is_sound(block.inner[0])
    if block.kind in ("sub", "call", "fault"):
        return is_sound(block.inner[0]) and all(is_sound(b, free=free) for b in block.inner[1:])
    inside = free and block.kind not in ("and", "or")
    return all(is_sound(part, free=inside) for part in block.inner)


class _Draw:
    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def block(self, depth: int) -> Block:
        chance = self._chance
        leaf = depth == 0 or (depth < DEPTH and chance.random() < 0.35)
        kind = chance.choice(LEAVES if leaf else BRANCHES)
        return self.of(kind, depth - 1)

    def of(self, kind: str, depth: int) -> Block:
        chance = self._chance
        least, most = _INNER.get(kind, (0, 0))
        count = chance.randint(least, most)
        if kind == "border":
            host = self.of(chance.choice(_HOSTS), max(depth, 0))
            inner = (host, self.block(max(depth - 1, 0)))
        elif kind == "many":
            inner = (self.of(chance.choice(("task", "sub", "call")), max(depth, 0)),)
        else:
            inner = tuple(self.block(max(depth, 0)) for _ in range(count))
        return Block(kind, inner, self._how(kind, inner))

    def _how(self, kind: str, inner: tuple[Block, ...]) -> tuple[str, ...]:
        pick = self._chance.choice
        if kind == "border":
            event = "cycle" if self._seldom() else pick(("timer", "message", "signal"))
            stays = event == "cycle" or pick((True, False))
            return (event, "stays", "ends") if stays else (event, pick(("joins", "ends")))
        if kind == "many":
            return self._how_many(inner[0])
        if kind == "exit":
            return (pick(("plain", "terminate")),)
        if kind == "race":
            events = ["timer", "message", "signal" if self._seldom() else "message"]
            self._chance.shuffle(events)
            return tuple(events[: len(inner)])
        return (pick(("before", "after")),) if kind == "loop" else ()

    def _how_many(self, activity: Block) -> tuple[str, ...]:
        pick = self._chance.choice
        order = pick(("parallel", "sequential"))
        if activity.kind != "task":
            return ("sequential" if self._seldom() else "parallel", "list")
        form = "list" if order == "parallel" or self._seldom() else pick(("count", "output"))
        return (order, form, *pick(((), (), ("until",))))

    def _seldom(self) -> bool:
        """What the library is known to get wrong is drawn, but not so often that it hides all."""
        return self._chance.random() < 0.04
