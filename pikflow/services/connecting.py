"""Service tasks: the connector is called after the commit, its outcome lets the case go on."""

import threading
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pikflow import values
from pikflow.connectors import Call, Connector
from pikflow.engine import runtime
from pikflow.errors import Conflict, ConnectorFault, PikFlowError, Refused
from pikflow.services import start_data, steps
from pikflow.services.environment import Environment, Unit
from pikflow.services.handlers import Handler
from pikflow.services.progress import Deed
from pikflow.store import cases
from pikflow.store.work import JobRecord


def call(environment: Environment, job: JobRecord) -> Any:
    """Run the connector with no transaction open; gives its outcome, proven to be case data."""
    connector = environment.connectors.get(job.payload["connector"])
    if connector.run is None:
        return None
    with environment.query() as unit:
        wanted = _call(unit, job)
    return checked(_run(connector, wanted), environment.settings["PIKFLOW_JOBS_OUTCOME_BYTES"])


def _run(connector: Connector, wanted: Call) -> Any:
    """Foreign code: whatever it raises is a failed call, not the end of this thread."""
    assert connector.run is not None  # noqa: S101 - checked by call
    try:
        return connector.run(wanted)
    except Exception:
        raise
    except BaseException as fault:
        if threading.current_thread() is threading.main_thread():
            raise  # somebody's Ctrl-C
        raise ConnectorFault("connector-broken", type(fault).__name__) from fault


def checked(outcome: Any, most: int) -> Any:
    """The outcome as values of case data; raises ConnectorFault "outcome-invalid" or, beyond `most`
    bytes of its text form, "outcome-too-large". No retry helps against either."""
    try:
        normal = values.normalise(outcome)
        text = values.dump(normal)
        size = len(text.encode())
        fit = _is_finite(normal) and values.load(text) == normal
    except (TypeError, ValueError, ArithmeticError, RecursionError) as fault:
        raise _invalid(type(outcome).__name__) from fault
    if not fit:
        raise _invalid(type(outcome).__name__)
    if size > most:
        raise ConnectorFault(
            "outcome-too-large",
            f"Die Antwort des Konnektors ist mit {size} Bytes zu groß; erlaubt sind {most}.",
            "Lassen Sie ihn eine Datei ablegen und nur deren Kennung zurückgeben.",
            temporary=False,
        )
    return normal


def _is_finite(value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    if isinstance(value, str):
        return "\0" not in value  # PostgreSQL stores none
    if isinstance(value, Mapping):
        return all(_is_finite(key) and _is_finite(item) for key, item in value.items())
    return all(map(_is_finite, value)) if isinstance(value, list) else True


def _invalid(kind: str) -> ConnectorFault:
    return ConnectorFault(
        "outcome-invalid",
        f"Die Antwort des Konnektors ({kind}) lässt sich nicht als Vorgangsdaten speichern.",
        "Erlaubt sind Text, Zahl, Datum, Ja/Nein, Listen und Zuordnungen daraus.",
        temporary=False,
    )


def _call(unit: Unit, job: JobRecord) -> Call:
    case = cases.by_id(unit.connection, job.instance_id)
    return Call(
        key=job.key,
        number=case.number if case else "",
        element=job.payload["element"],
        input=job.payload.get("input"),
        now=unit.now,
    )


def resume(unit: Unit, job: JobRecord, outcome: Any) -> None:
    """Let the case go on with the outcome; a case that no longer waits is left alone."""
    case = cases.lock(unit.connection, job.instance_id)
    connector = unit.environment.connectors.get(job.payload["connector"])
    if connector.store is not None:
        given = connector.store(unit, _call(unit, job))
        outcome = checked(given, unit.environment.settings["PIKFLOW_JOBS_OUTCOME_BYTES"])
        case = cases.lock(unit.connection, job.instance_id)
    if case is None or case.state != "open":
        return
    version = steps.pinned(unit, case.definition_id)
    data = start_data.refreshed(unit, case.data, case)
    task_id = job.payload["task"]
    try:
        result = runtime.resume(
            version.definition, case.engine_state, data, task_id, outcome, unit.now
        )
    except Conflict:
        return
    steps.take(unit, case, version, result, Deed("connector", task_id))


def rescue(unit: Unit, job: JobRecord, fault: PikFlowError) -> bool:
    """Whether the diagram has a way for this error, which is then taken."""
    case = cases.lock(unit.connection, job.instance_id)
    if case is None or case.state != "open":
        return True
    version = steps.pinned(unit, case.definition_id)
    data = start_data.refreshed(unit, case.data, case)
    task_id = job.payload["task"]
    try:
        result = runtime.fail(
            version.definition, case.engine_state, data, task_id, fault.code, unit.now
        )
    except Refused:
        return False
    steps.take(unit, case, version, result, Deed("connector", task_id, fault.message))
    return True


CONNECTOR = Handler(outside=call, inside=resume, rescue=rescue)
