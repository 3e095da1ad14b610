"""Small valid files to begin with: a process, a form, a decision table."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from pikflow.engine.decisions.editing.starts import new_file
from pikflow.engine.layout import lay_out
from pikflow.errors import Invalid
from pikflow.texts import say

KINDS = ("bpmn", "form", "dmn")
_LONGEST = 60  # characters of a name
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

_PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:pik="urn:pikflow:bpmn:1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
id="Datei_{key}" targetNamespace="urn:pikflow:verfahren">
  <bpmn:collaboration id="Zusammenarbeit_{key}">
    <bpmn:participant id="Beteiligte_{key}" name={name} processRef="{key}"/>
  </bpmn:collaboration>
  <bpmn:process id="{key}" name={name} isExecutable="true">
    <bpmn:laneSet id="Bahnen_{key}">
      <bpmn:lane id="Bahn_1" name={lane}>
        <bpmn:flowNodeRef>Beginn</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>Schritt_1</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>Ende</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="Beginn" name="Begonnen">
      <bpmn:outgoing>Fluss_Beginn_Schritt_1</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:userTask id="Schritt_1" name="Erster Schritt">
      <bpmn:documentation>Schreiben Sie hier, was zu tun ist.</bpmn:documentation>
      <bpmn:incoming>Fluss_Beginn_Schritt_1</bpmn:incoming>
      <bpmn:outgoing>Fluss_Schritt_1_Ende</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="Ende" name="Erledigt">
      <bpmn:incoming>Fluss_Schritt_1_Ende</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="Fluss_Beginn_Schritt_1" sourceRef="Beginn" targetRef="Schritt_1"/>
    <bpmn:sequenceFlow id="Fluss_Schritt_1_Ende" sourceRef="Schritt_1" targetRef="Ende"/>
  </bpmn:process>
</bpmn:definitions>
"""
_FORM = """pikform: 1
id: {key}
version: 1
title: {{de: {name}, en: {name}}}
sections:
  - id: angaben
    title: {{de: Angaben, en: Details}}
    fields:
      - id: bemerkung
        type: textarea
        label: {{de: Bemerkung, en: Remark}}
"""


@dataclass(frozen=True)
class Starter:
    path: str
    kind: str
    data: bytes


def make(kind: str, name: str, lanes: Iterable[str] = ()) -> Starter:
    """A new file of a kind (bpmn, form, dmn) with this name on screen; a process has the first of
    the catalog's `lanes`. Raises Invalid("name-missing", "file-kind")."""
    title = " ".join(name.split())[:_LONGEST]
    slug = _slug(title)
    if not slug:
        raise Invalid(
            "name-missing",
            say("Die neue Datei braucht einen Namen."),
            say("Schreiben Sie zum Beispiel „Antrag Deutschkurs“."),
        )
    quoted = quoteattr(title)
    if kind == "bpmn":
        lane = quoteattr(next(iter(lanes), "Bahn"))
        text = _PROCESS.format(key=slug, name=quoted, lane=lane)
        return Starter(f"workflows/{slug}.bpmn", kind, lay_out(text.encode()))
    if kind == "dmn":
        return Starter(f"workflows/{slug}.dmn", kind, new_file(slug, title))
    if kind == "form":
        key = slug.replace("_", "-")
        plain = '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return Starter(f"forms/{slug}.yaml", kind, _FORM.format(key=key, name=plain).encode())
    raise Invalid("file-kind", say("Diese Art von Datei gibt es nicht."))


def _slug(name: str) -> str:
    """The name as an id: small letters, digits and _, a letter first."""
    plain = unicodedata.normalize("NFC", name).lower().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFD", plain).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return words if not words or words[0].isalpha() else f"n_{words}"
