"""What one evaluation may cost: steps, list sizes, text lengths.

A step is one row of a loop for every started 16 nodes of its body, 16 entries of a list or
dictionary a function looks at or gives, or 64 characters of a text. What takes longer or builds
more than that is weighted (functions.py), so 100,000 steps are less than a second and 64 MB.
"""

from typing import Any

from pikflow.expressions.errors import list_fault, steps_fault, text_fault

MAX_STEPS = 100_000
MAX_LIST = 10_000
MAX_TEXT = 100_000

NODES_PER_STEP = 16
ENTRIES_PER_STEP = 16
CHARACTERS_PER_STEP = 64

# The working memory of one evaluation: the scope, the steps left, then the loop variables.
Frame = list[Any]
SCOPE, STEPS, VARIABLES = 0, 1, 2


def charge(frame: Frame, steps: int) -> None:
    """Take steps from the budget; raises ExpressionFault when it is used up."""
    frame[STEPS] -= steps
    if frame[STEPS] < 0:
        raise steps_fault()


def charge_value(frame: Frame, value: Any, weight: int = 1) -> None:
    """Take what it costs to walk through a list or text once; refuses those over the limits.

    `weight` is how many times the usual steps an entry costs.
    """
    if type(value) is list:
        if len(value) > MAX_LIST:
            raise list_fault()
        charge(frame, len(value) * weight // ENTRIES_PER_STEP)
    elif type(value) is dict:
        charge(frame, len(value) * weight // ENTRIES_PER_STEP)
    elif type(value) is str:
        if len(value) > MAX_TEXT:
            raise text_fault()
        charge(frame, len(value) // CHARACTERS_PER_STEP)
