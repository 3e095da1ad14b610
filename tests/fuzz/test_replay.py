"""The seeds of the search, what once broke something, and a few thousand fixed slips."""

import random

import pytest

from .corpus import broken, seeds
from .mutations import change
from .targets import TARGETS

SLIPS = {"expressions": 1_500, "files": 120, "forms": 120}


@pytest.mark.parametrize("kind", TARGETS)
def test_seeds_break_nothing(kind: str) -> None:
    for data in [*broken(kind), *seeds(kind)]:
        TARGETS[kind](data)


@pytest.mark.parametrize("kind", TARGETS)
def test_slips_break_nothing(kind: str) -> None:
    chance, known = random.Random(2026), seeds(kind)
    for _ in range(SLIPS[kind]):
        TARGETS[kind](change(chance.choice(known), chance, kind))
