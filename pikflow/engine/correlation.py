"""Which message is meant for which case: the keys of messages, as texts that can be compared.

`pik:key` on an event or task that sends gives the key of the message, on one that waits the key it
waits for. The key of a waiting event is worked out whenever it is needed: it follows the data of
its case (BPMN 2.0, 8.4.2: a correlation subscription is updated when its context changes).
"""

from datetime import date
from decimal import Decimal
from typing import Any

from SpiffWorkflow.task import Task

from pikflow.engine.faults import ElementFault
from pikflow.engine.scripting import evaluate

_LONGEST = 500


def key_text(value: Any) -> str | None:
    """A text, number, date or truth value as a key: 7, 7.0 and "7" are one; None for nothing.

    Raises TypeError for lists and the like, and for a text longer than an index holds.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return format(Decimal(value).normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and len(value) <= _LONGEST:
        return value.replace("\0", "").strip() or None
    raise TypeError(f"{type(value).__name__} is no key")


def expected_key(task: Task) -> str | None:
    """The key a waiting event waits for; None without `pik:key`, "" while it gives nothing."""
    text = task.task_spec.node.attributes.get("key", "").strip()
    return (_key(task, text) or "") if text else None


def thrown_key(task: Task) -> str | None:
    """The key of the message an element sends; None without `pik:key`.

    Raises ElementFault("correlation-key") when the expression gives nothing: the message would
    reach whoever waits for its name.
    """
    text = task.task_spec.node.attributes.get("key", "").strip()
    key = _key(task, text) if text else None
    if text and key is None:
        raise _fault(task, f"„{text}“ (pik:key) ergibt nichts.")
    return key


def _key(task: Task, text: str) -> str | None:
    try:
        return key_text(evaluate(task, text))
    except TypeError as fault:
        raise _fault(task, f"„{text}“ (pik:key) ist weder Text noch Zahl noch Datum.") from fault


def _fault(task: Task, what: str) -> ElementFault:
    return ElementFault(
        task.task_spec.node,
        "correlation-key",
        what,
        "Der Schlüssel sagt, für welchen Vorgang eine Nachricht ist, zum Beispiel seine Nummer.",
    )
