"""How a job fails: which faults last, and what of a foreign fault may be stored and logged."""

import traceback

from pikflow.errors import ConnectorFault, EngineFault, PikFlowError

_CODE = 80  # characters a code may have


def is_lasting(fault: PikFlowError) -> bool:
    """Whether another attempt would fail alike."""
    return isinstance(fault, EngineFault) or (
        isinstance(fault, ConnectorFault) and not fault.temporary
    )


def storable(fault: PikFlowError) -> PikFlowError:
    """Foreign code writes codes and messages no column holds."""
    fault.code = str(fault.code).replace("\0", "")[:_CODE]
    fault.message = str(fault.message).replace("\0", "")
    return fault


def stuck() -> ConnectorFault:
    return ConnectorFault(
        "job-stuck",
        "Der Auftrag wurde mehrmals begonnen und nie zu Ende gebracht.",
        "Sehen Sie nach, ob der Konnektor hängt oder den Arbeiter beendet.",
        temporary=False,
    )


def unknown(kind: str) -> ConnectorFault:
    return ConnectorFault(
        "job-unknown",
        f"Aufträge der Art „{kind}“ kennt diese Fassung des Programms nicht.",
        "Wiederholen Sie den Auftrag, wenn alle Arbeiter auf der neuen Fassung sind.",
        temporary=False,
    )


def place(fault: Exception) -> str:
    """Type and place; not the text, in which personal data may stand."""
    frames = traceback.extract_tb(fault.__traceback__)
    where = f" in {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(fault).__name__}{where}"
