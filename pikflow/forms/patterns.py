"""Which regular expressions a form may use: those that answer at once on any text.

Python's `re` tries every way in which an expression could match; "(a+)+b" has more ways on 40
letters than a day has time for. The ways are counted here before the expression is ever used, for
a text of the field's length: repetition without end counts once per character, any other choice
with its alternatives, and what stands next to each other multiplies.
"""

import re
from re import _constants as codes  # type: ignore[attr-defined]  # the tree has no public reader
from re import _parser as reader
from typing import Any

MOST_WAYS = 300_000  # two repetitions without end
_DOUBLINGS = 20  # more than MOST_WAYS, however few ways are repeated
_LONGEST = 300  # characters of an expression
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT)
_ONE_WAY = (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY, codes.AT, codes.CATEGORY)


def complaint(pattern: str, length: int) -> str:
    """What speaks against an expression for texts of up to `length` characters, as a German
    sentence; "" for a good one."""
    try:
        re.compile(pattern)
        tree = reader.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return "Das Muster in „pattern“ ist kein gültiger regulärer Ausdruck."
    if len(pattern) > _LONGEST:
        return f"Das Muster in „pattern“ ist länger als {_LONGEST} Zeichen."
    if _ways(tree, length) > MOST_WAYS:
        return "Das Muster in „pattern“ kann bei langen Texten sehr lange rechnen."
    return ""


def _ways(tree: Any, length: int) -> int:
    """In how many ways a part can match; more than MOST_WAYS for what can't be counted."""
    found = 1
    for code, argument in tree:
        found *= _ways_of(code, argument, length)
        if found > MOST_WAYS:
            break
    return found


def _ways_of(code: Any, argument: Any, length: int) -> int:
    if code in _ONE_WAY:
        return 1
    if code is codes.SUBPATTERN:
        return _ways(argument[-1], length)
    if code is codes.BRANCH:
        return sum(_ways(branch, length) for branch in argument[1])
    if code in _REPEATS:
        least, most, inner = argument
        times = length if most is codes.MAXREPEAT else min(int(most), length)
        each = _ways(inner, length)
        spread = max(1, times - int(least) + 1)
        return spread if each == 1 else min(each ** min(times, _DOUBLINGS) * spread, MOST_WAYS + 1)
    return MOST_WAYS + 1  # looking around, referring back, conditions
