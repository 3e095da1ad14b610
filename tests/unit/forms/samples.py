# ruff: noqa: E501 - lines of form files stay in one piece
"""A form with every kind of field, and short ways to write one."""

from typing import Any

from pikflow.forms.language import load
from pikflow.forms.schema import FormSchema

FULL = """
pikform: 1
id: alles
version: 1
title: {de: Alles, en: Everything}
params:
  satz_eur: {"2023": 47000, "2024": 60000}
lists:
  modell: {eigene: Eigene Stellen, weiter: {de: Weitergabe, en: Passed on}}
sections:
  - id: angaben
    title: {de: Angaben, en: Details}
    intro: "Bitte **genau**."
    fields:
      - {id: kopf, type: heading, label: Anfang}
      - {id: hinweis, type: note, text: "Lesen Sie [das](https://example.org)."}
      - {id: name, type: text, label: Name, required: true, readonly: true, prefill: "vorgang.name", prefill_source: Verzeichnis}
      - {id: ort, type: text, label: {de: Ort, en: Town}, hint: Ohne Postleitzahl, prefill: "vorgang.ort", prefill_source: Verzeichnis}
      - {id: grund, type: textarea, label: Grund, max_length: 20}
      - {id: zahl, type: integer, label: Zahl, min: 0, max: 100}
      - {id: quote, type: percent, label: Quote}
      - {id: tag, type: date, label: Tag, min: "2026-01-01"}
      - {id: monat, type: month, label: Monat}
      - {id: zeit, type: period, label: Zeitraum}
      - {id: post, type: email, label: E-Mail}
      - {id: ruf, type: phone, label: Telefon}
      - {id: netz, type: url, label: Seite}
      - {id: konto, type: iban, label: IBAN}
      - {id: bank, type: bic, label: BIC}
      - {id: zeichen, type: aktenzeichen, label: Aktenzeichen}
      - {id: sitz, type: address, label: Anschrift}
      - {id: kontakt, type: person, label: Kontakt}
      - {id: stelle, type: organisation, label: Stelle, kinds: [gemeinde]}
      - {id: orte, type: organisation, label: Orte, multiple: true, within: "vorgang.gemeinden"}
      - {id: belege, type: file, label: Belege, kinds: [pdf], max_mb: 1, max: 2}
  - id: stellen
    title: Stellen
    fields:
      - {id: modell, type: choice, label: Modell, list: modell}
      - {id: sprache, type: codelist, label: Sprache, options: {a1: A1, b1: B1}}
      - {id: themen, type: multichoice, label: Themen, options: {w: Wohnen, a: Arbeit}}
      - {id: frage, type: bool, label: Beginn vorher?, required: true}
      - {id: warum, type: text, label: Warum, visible: "frage", required: true}
      - {id: haken, type: bool, label: Haken}
      - id: stellen
        type: group
        label: Stellen
        row_label: Stelle
        repeat: {max: 3}
        fields:
          - {id: kennung, type: text, label: Kennung, required: true}
          - {id: vzae, type: decimal, label: Umfang, unit: VZÄ, min: "0.05", max: 1, required: true}
          - {id: besetzt, type: bool, label: Besetzt}
          - {id: seit, type: date, label: Seit, visible: "item.besetzt", required: true}
          - {id: anteil, type: percent, label: Anteil, compute: "round(item.vzae / summe * 100, 2)"}
      - {id: summe, type: decimal, label: Summe, compute: "sum(s.vzae for s in stellen)"}
      - {id: betrag, type: money, label: Betrag, compute: "round(summe * params.satz_eur, 2)", inbox: true}
      - {id: wunsch, type: money, label: Wunsch, min: 0}
      - id: plan
        type: matrix
        label: Kostenplan
        rows: {personal: Personal, sach: Sache}
        columns:
          - {id: jahr1, type: money, label: Erstes Jahr, min: 0}
          - {id: jahr2, type: money, label: Zweites Jahr, min: 0}
  - id: ende
    title: Erklärung
    fields:
      - {id: richtig, type: confirm, label: Alles ist richtig}
      - {id: zeichnung, type: signature, label: Bestätigung}
checks:
  - assert: "wunsch <= betrag"
    field: wunsch
    message: "Gewünscht {wunsch}, möglich {betrag}."
  - each: stellen
    assert: "item.vzae >= 0.5"
    field: stellen.vzae
    severity: warning
    message: "{item.kennung}: klein."
"""

CONTEXT: dict[str, Any] = {
    "vorgang": {
        "jahr": 2024,
        "name": "Landkreis Muster",
        "ort": "Musterstadt",
        "gemeinden": [
            {"id": "g1", "name": "Adorf", "ags": "08111001"},
            {"id": "g2", "name": "Bdorf", "ags": "08111002"},
        ],
    }
}

# Answers with which the full form has no error.
GOOD: dict[str, Any] = {
    "frage": "nein",
    "stellen": [{"kennung": "A", "vzae": "1"}, {"kennung": "B", "vzae": "0,5"}],
    "wunsch": "1.000,00",
    "richtig": True,
    "zeichnung": {"bestaetigt": True, "name": "Kim Muster", "amt": "Landrätin"},
}


def form(*fields: str, more: str = "", section: str = "") -> FormSchema:
    return load(text_of(*fields, more=more, section=section), "forms/x.yaml")


def text_of(*fields: str, more: str = "", section: str = "") -> str:
    lines = "".join(f"      - {field}\n" for field in fields)
    return (
        "pikform: 1\nid: x\nversion: 1\ntitle: X\nsections:\n"
        f"  - id: a\n    title: A\n{section}    fields:\n{lines}{more}"
    )
