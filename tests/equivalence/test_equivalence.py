"""Random processes: ours pruned, ours unpruned and SpiffWorkflow itself, compared step by step.

`make equivalence` runs all 400 processes; PIKFLOW_EQUIVALENCE sets another number.
"""

import os
import re
from collections import Counter
from functools import cache

import pytest

from .blocks import BRANCHES, LEAVES, Block, draw
from .comparing import Run, compare
from .differences import ALWAYS, BY_NUMBER, NAMED, SEEDS, Named
from .library import Library
from .ours import Ours
from .pen import Drawing
from .sides import Side
from .smaller import smallest

PROCESSES = int(os.environ.get("PIKFLOW_EQUIVALENCE", "60"))
BATCH = 20
_BATCHES = pytest.mark.parametrize("first", range(0, PROCESSES, BATCH))


def _unpruned(drawing: Drawing) -> Side:
    return Ours(drawing, prunes=False)


@cache
def _beside_the_library(seed: int) -> Run:
    return compare(draw(seed), seed, Library)


def _seeds(first: int) -> range:
    return range(first, min(first + BATCH, PROCESSES))


@_BATCHES
def test_dropping_finished_tasks_changes_nothing(first: int) -> None:
    runs = {seed: compare(draw(seed), seed, _unpruned) for seed in _seeds(first)}
    assert {seed: run.difference for seed, run in runs.items() if run.difference} == {}
    assert not any(run.used for run in runs.values())


@_BATCHES
def test_the_library_agrees_unless_it_is_known_to_be_wrong(first: int) -> None:
    runs = {seed: _beside_the_library(seed) for seed in _seeds(first)}
    faults = [
        fault for seed, run in runs.items() if (fault := _fault(seed, run, SEEDS.get(seed, "")))
    ]
    assert faults == []
    assert sum(run.ended for run in runs.values()) >= BATCH // 2, "most cases come to their end"


def _fault(seed: int, run: Run, number: str) -> str:
    """What is wrong with the list of known differences at this seed."""
    if not run.difference:
        return f"{seed} no longer shows {number}" if number else ""
    if number and BY_NUMBER[number].fits(run.difference):
        return ""
    kind = run.difference.partition(":")[0]

    def same(tree: Block) -> bool:
        return compare(tree, seed, Library).difference.startswith(kind)

    return f"{seed} ({number or 'not named'}): {run.difference} in {smallest(draw(seed), same)}"


def test_every_kind_of_block_is_drawn_and_every_rule_is_needed() -> None:
    trees = [draw(seed) for seed in range(PROCESSES)]
    drawn = Counter(block.kind for tree in trees for block in tree.walk())
    assert set(drawn) == {*BRANCHES, *LEAVES}
    hows = Counter(word for tree in trees for block in tree.walk() for word in block.how)
    assert {"stays", "joins", "ends", "parallel", "sequential", "terminate", "until"} <= set(hows)
    used = set().union(*(_beside_the_library(seed).used for seed in range(PROCESSES)))
    assert used == ALWAYS


@pytest.mark.parametrize("named", NAMED, ids=lambda named: named.number)
def test_the_library_still_has(named: Named) -> None:
    run = compare(Block.read(named.tree), named.seed, Library)
    assert re.match(named.shows, run.difference), run.difference
