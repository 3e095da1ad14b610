"""Ids of new elements: readable, made from the German name, unique in the file."""

import re
import unicodedata
from collections.abc import Container

from pikflow.engine.checks.identifiers import RESERVED

_LONGEST = 48
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)
_LEADS = {
    "startEvent": "Start",
    "endEvent": "Ende",
    "boundaryEvent": "Frist",
    "intermediateCatchEvent": "Warten",
    "intermediateThrowEvent": "Mitteilung",
    "exclusiveGateway": "Frage",
    "inclusiveGateway": "Frage",
    "parallelGateway": "Zugleich",
    "eventBasedGateway": "Zuerst",
    "lane": "Bahn",
    "message": "Nachricht",
    "error": "Fehler",
    "sequenceFlow": "Fluss",
}
_WITHOUT_NAME = {"subProcess": "Abschnitt", "callActivity": "Aufruf"}


def words_of(name: str) -> str:
    """A name as an id can hold it: "Antrag prüfen" becomes "Antrag_pruefen"; "" for no letters."""
    text = name.translate(_LETTERS)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    parts = re.findall(r"[A-Za-z0-9]+", text)
    short = ""
    for part in parts:
        longer = f"{short}_{part}" if short else part
        if len(longer) > _LONGEST:
            break
        short = longer
    return short or "_".join(parts)[:_LONGEST]


def id_for(kind: str, name: str, taken: Container[str]) -> str:
    """A free id for a new element of this BPMN kind."""
    lead = _LEADS.get(kind, "")
    words = words_of(name)
    wanted = "_".join(part for part in (lead, words) if part)
    if not wanted or wanted == lead or wanted[0].isdigit():
        lead = lead or _WITHOUT_NAME.get(kind, "Schritt")
        wanted = f"{lead}_{words}" if words else f"{lead}_1"
    return free(wanted, taken)


def free(wanted: str, taken: Container[str]) -> str:
    """The id itself, or with the next number behind it, that is neither taken nor reserved."""
    name, number = wanted, 1
    while name in taken or name in RESERVED:
        number += 1
        name = f"{wanted.removesuffix('_1')}_{number}"
    return name
