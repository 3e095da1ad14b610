"""B17: the library gives one message to everything that waits for its name."""

from datetime import timedelta

from .blocks import Block
from .drawing import drawn
from .library import Library
from .ours import Ours
from .sides import BEGIN


def test_b17_a_message_reaches_one_of_two_that_wait_for_it() -> None:
    """BPMN 2.0.2, 10.5.5: a message has a specific target, a signal is for all."""
    drawing = drawn(Block.read("many-parallel-list(sub(message))"))
    mine, library = Ours(drawing), Library(drawing)
    for place in sorted(mine.view().tasks):
        mine.complete(place, {}, BEGIN)
        library.complete(place, {}, BEGIN)
    assert mine.view().events == library.view().events
    ((element, waiting),) = mine.view().events.items()
    for side in (mine, library):
        side.message("M3", BEGIN + timedelta(seconds=1))
    assert waiting > 1
    assert mine.view().events[element] == waiting - 1
    assert library.view().events[element] == 0
