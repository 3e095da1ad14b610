"""How things are written in other languages, and what to write here instead."""

import keyword
import unicodedata
from typing import NamedTuple


class Remark(NamedTuple):
    """What is wrong, and how it is written here."""

    message: str
    hint: str


_OPERATORS = {
    "&&": Remark("„&&“ gibt es hier nicht.", "Bedingungen verbindet man mit and."),
    "||": Remark("„||“ gibt es hier nicht.", "Bedingungen verbindet man mit or."),
    "<>": Remark("„<>“ gibt es hier nicht.", "Ungleich schreibt man !=."),
    "=<": Remark("„=<“ gibt es hier nicht.", "Kleiner oder gleich schreibt man <=."),
    "=>": Remark("„=>“ gibt es hier nicht.", "Größer oder gleich schreibt man >=."),
    "===": Remark("„===“ gibt es hier nicht.", "Gleich schreibt man ==."),
    "!==": Remark("„!==“ gibt es hier nicht.", "Ungleich schreibt man !=."),
    "**": Remark("Potenzen („**“) gibt es nicht.", "Mit * ausmultiplizieren."),
    "^": Remark("„^“ gibt es hier nicht.", "Potenzen mit * ausmultiplizieren."),
    ":=": Remark("Zuweisungen im Ausdruck („:=“) gibt es nicht.", "Gleich schreibt man ==."),
    "->": Remark("„->“ gibt es hier nicht.", "Felder liest man mit Punkt: antrag.betrag."),
    "!": Remark("„!“ gibt es hier nicht.", "Eine Bedingung verneint man mit not."),
    "&": Remark("„&“ gibt es hier nicht.", "Bedingungen mit and verbinden, Texte mit +."),
    "|": Remark("„|“ gibt es hier nicht.", "Bedingungen verbindet man mit or."),
    "?": Remark("„?“ gibt es hier nicht.", "Eine Auswahl schreibt man: a if bedingung else b."),
    ";": Remark("„;“ gibt es hier nicht.", "Jede Angabe steht in einer eigenen Zeile."),
    "#": Remark("Kommentare gibt es nur in Skripten.", "Das „#“ und den Text danach streichen."),
}
_BY_LENGTH = sorted(_OPERATORS, key=len, reverse=True)

_CHARACTERS = {
    **dict.fromkeys("„“”‟«»", 'Texte stehen in geraden Anführungszeichen: "ja".'),
    **dict.fromkeys("‘’‚´`", 'Texte stehen in geraden Anführungszeichen: "ja".'),
    **dict.fromkeys("–—−", "Das Minuszeichen ist der einfache Bindestrich: -"),
    **dict.fromkeys("×·", "Mal schreibt man *."),
    **dict.fromkeys("÷", "Geteilt schreibt man /."),
    "≤": "Kleiner oder gleich schreibt man <=.",
    "≥": "Größer oder gleich schreibt man >=.",
    "≠": "Ungleich schreibt man !=.",
    "€": "Beträge stehen ohne Währungszeichen: 1250.50.",
    "§": 'Paragrafen gehören in Text: "§ 49a".',
    "$": "Namen stehen ohne Zusatz: antrag.betrag.",
    "\\": "Der Rückstrich steht nur in Texten.",
    "@": "Namen stehen ohne Zusatz: antrag.betrag.",
}

_WORDS = {
    "und": "Bedingungen verbindet man mit and.",
    "oder": "Bedingungen verbindet man mit or.",
    "nicht": "Eine Bedingung verneint man mit not.",
    "wenn": "Eine Auswahl schreibt man: a if bedingung else b.",
    "sonst": "Eine Auswahl schreibt man: a if bedingung else b.",
    "then": "Eine Auswahl schreibt man: a if bedingung else b.",
    "between": "Einen Bereich prüft man mit 0 < x <= 10.",
    "eq": "Gleich schreibt man ==.",
    "ne": "Ungleich schreibt man !=.",
    "gt": "Größer schreibt man >.",
    "lt": "Kleiner schreibt man <.",
    "ge": "Größer oder gleich schreibt man >=.",
    "le": "Kleiner oder gleich schreibt man <=.",
    "contains": 'Enthaltensein prüft man mit in: "a" in liste.',
    "mod": "Den Rest einer Teilung liefert %.",
    "div": "Geteilt schreibt man /, ganzzahlig //.",
}

_RESERVED = {
    "is": "Gleichheit prüft man mit ==, auch für None.",
    "lambda": "Eigene Funktionen gibt es nicht.",
    "def": "Eigene Funktionen gibt es nicht.",
    "import": "Nachladen lässt sich nichts.",
}


def opening(source: str) -> Remark | None:
    """What the first characters say about another language, if they do.

    Sources: FEEL expressions of Camunda 8 start with =, those of Camunda 7 stand in ${...}.
    """
    if source.startswith("=") and not source.startswith("=="):
        return Remark("Am Anfang steht ein „=“ (FEEL).", "Den Ausdruck ohne führendes = schreiben.")
    for mark in ("${", "#{"):
        if source.startswith(mark):
            return Remark(
                f"Der Ausdruck steht in „{mark}…}}“ (Camunda).",
                f"Nur den Inhalt ohne {mark} und }} schreiben.",
            )
    if source.startswith("{{"):
        return Remark("Der Ausdruck steht in „{{…}}“.", "Nur den Inhalt der Klammern schreiben.")
    return None


def operator(source: str, position: int) -> Remark | None:
    """The remark on an operator of another language that starts at this position."""
    if source.startswith("!=", position) and not source.startswith("!==", position):
        return None
    for sign in _BY_LENGTH:
        if source.startswith(sign, position):
            return _OPERATORS[sign]
    for sign in ("+=", "-=", "*=", "/=", "%="):
        if source.startswith(sign, position):
            return Remark(
                f"„{sign}“ gibt es hier nicht.", f"Ausschreiben: name = name {sign[0]} wert."
            )
    return None


def character(sign: str) -> Remark:
    """The remark on a character that is allowed only inside of texts."""
    if sign in _CHARACTERS:
        return Remark(f"Das Zeichen „{sign}“ gibt es hier nicht.", _CHARACTERS[sign])
    shown = f"„{sign}“" if sign.isprintable() else f"U+{ord(sign):04X}"
    if unicodedata.category(sign).startswith(("L", "M", "N", "P")):
        return Remark(
            f"Das Zeichen {shown} (U+{ord(sign):04X}) ist in Namen nicht erlaubt.",
            "Namen bestehen aus Buchstaben des deutschen Alphabets, Ziffern und Unterstrich.",
        )
    return Remark(f"Das Zeichen {shown} ist nicht erlaubt.", "Bitte das Zeichen entfernen.")


def reserved(word: str) -> Remark | None:
    """The remark on a word that Python reserves and we do not use."""
    if word in ("True", "False", "None") or not keyword.iskeyword(word):
        return None
    return Remark(
        f"„{word}“ ist ein reserviertes Wort.", _RESERVED.get(word, "Bitte anders benennen.")
    )


def joined(before: str, word: str) -> Remark:
    """The remark on two values without an operator between them."""
    hint = _WORDS.get(word.lower()) or _WORDS.get(before.lower())
    if word in ("AND", "OR", "NOT", "IN", "IF", "ELSE"):
        hint = f"In Kleinbuchstaben: {word.lower()}."
    return Remark(
        f"Zwischen „{_short(before)}“ und „{_short(word)}“ fehlt ein Rechenzeichen.",
        hint or "Texte stehen in Anführungszeichen, Werte verbindet man mit + oder and.",
    )


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"
