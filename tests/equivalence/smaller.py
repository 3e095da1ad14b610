"""The smallest process that still differs, found by leaving out blocks."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from .blocks import Block, is_sound

T = TypeVar("T")


def smaller(block: Block) -> Iterator[Block]:
    """The trees one cut away: a part for the whole, a task for a block, one part fewer."""
    if block.kind != "task":
        yield Block("task")
    yield from block.inner
    least = {"fault": 1, "border": 2, "many": 1, "loop": 1, "sub": 1, "call": 1}
    if len(block.inner) > least.get(block.kind, 2):
        for number in range(len(block.inner)):
            how = (
                block.how[:number] + block.how[number + 1 :] if block.kind == "race" else block.how
            )
            yield Block(block.kind, block.inner[:number] + block.inner[number + 1 :], how)
    for number, part in enumerate(block.inner):
        for other in smaller(part):
            inner = (*block.inner[:number], other, *block.inner[number + 1 :])
            yield Block(block.kind, inner, block.how)


def _without(parts: tuple[T, ...], number: int) -> tuple[T, ...]:
    return parts[:number] + parts[number + 1 :]


def smallest(block: Block, differs: Callable[[Block], bool]) -> Block:
    """Cut as long as what is left still differs."""
    while True:
        cuts = (b for b in smaller(block) if b.size < block.size and is_sound(b))
        cut = next(filter(differs, cuts), None)
        if cut is None:
            return block
        block = cut
