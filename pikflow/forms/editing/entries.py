"""What is typed into the controls of a panel, as values of the language, and back.

The entries of one slot are a flat mapping of texts: "" for the slot's own control, and a suffix
for each further one ("en", "0.value"). An entry that was left as it is shown keeps the value that
stands in the file, spelling included.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from pikflow.forms.editing.outline import words as german
from pikflow.forms.editing.panel import Slot
from pikflow.forms.editing.spelling import Quoted
from pikflow.forms.properties import ISO_DATE

Entries = Mapping[str, str]
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,18})?")
_COMMA = re.compile(r"-?\d{1,18},\d{1,18}")
_GERMAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
EXPRESSION = "ausdruck"  # the choice of a condition that is neither always nor never


def shown(slot: Slot, value: Any) -> dict[str, str]:
    """The texts that stand in the controls for a value; those of a missing one are empty."""
    show = _SHOWN.get(slot.control)
    return show(value) if show else {"": _text(value)}


def read(slot: Slot, entries: Entries, held: Any) -> Any:
    """The value of what was entered, None when the property is to be left out; `held` is what
    stands in the file now."""
    before = shown(slot, held)
    if {name: text for name, text in entries.items() if text} == {
        name: text for name, text in before.items() if text
    }:
        return held
    value = _READ.get(slot.control, _read_text)(slot, entries, held)
    return None if value in ("", [], {}) and slot.control not in ("options", "pairs") else value


def literal(text: str) -> Any:
    """A single value as it is typed: a number, true or false, or text."""
    word = text.strip()
    if word in ("true", "false"):
        return word == "true"
    if word in ("[]", "{}"):
        return [] if word == "[]" else {}
    if word == "null":
        return None
    return Decimal(word) if _NUMBER.fullmatch(word) else text


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)
    return "" if value is None or isinstance(value, Mapping) else str(value)


def _read_text(slot: Slot, entries: Entries, held: Any) -> Any:
    return entries.get("", "").strip()


# One pair of functions per control.


def _show_words(value: Any) -> dict[str, str]:
    english = value.get("en") if isinstance(value, Mapping) else ""
    return {"": german(value), "en": _text(english)}


def _read_words(slot: Slot, entries: Entries, held: Any) -> Any:
    return worded(entries.get("", ""), entries.get("en", ""), held)


def worded(de: str, en: str, held: Any = None) -> Any:
    """A text of the language; one language alone is a plain text where it was none by language."""
    de, en = _lines(de), _lines(en)
    if en:
        return {"de": de, "en": en}
    return {"de": de} if de and isinstance(held, Mapping) else de


def _lines(text: str) -> str:
    """The text with the line breaks of YAML and nothing behind a line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _read_flag(slot: Slot, entries: Entries, held: Any) -> Any:
    word = entries.get("", "")
    if word not in ("true", "false"):
        return None
    value = word == "true"
    return None if held is None and value == bool(slot.default) else value


def _show_condition(value: Any) -> dict[str, str]:
    if value is None or isinstance(value, bool):
        return {"": _text(value), "expr": ""}
    return {"": EXPRESSION, "expr": _text(value)}


def _read_condition(slot: Slot, entries: Entries, held: Any) -> Any:
    choice, text = entries.get("", ""), entries.get("expr", "").strip()
    if choice in ("true", "false"):
        return choice == "true"
    return Quoted(text) if choice == EXPRESSION else None


def _read_formula(slot: Slot, entries: Entries, held: Any) -> Any:
    return Quoted(" ".join(entries.get("", "").split()))


def _read_limit(slot: Slot, entries: Entries, held: Any) -> Any:
    text = entries.get("", "").strip()
    if _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    if day := _GERMAN_DATE.fullmatch(text):
        text = f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}"
    return Quoted(text) if text and not ISO_DATE.fullmatch(text) else Quoted(text)


def _read_whole(slot: Slot, entries: Entries, held: Any) -> Any:
    text = entries.get("", "").strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else text


def _read_literal(slot: Slot, entries: Entries, held: Any) -> Any:
    text = entries.get("", "").strip()
    return literal(text.replace(",", ".") if _COMMA.fullmatch(text) else text)


def _read_texts(slot: Slot, entries: Entries, held: Any) -> Any:
    return [word.strip() for word in re.split(r"[,\n]", entries.get("", "")) if word.strip()]


def _show_options(value: Any) -> dict[str, str]:
    if isinstance(value, str):
        return {"expr": value}
    found: dict[str, str] = {}
    for number, (word, label, hint) in enumerate(_options(value)):
        found[f"{number}.value"] = word
        for suffix, part in (("de", label), ("hint", hint)):
            both = _show_words(part)
            found[f"{number}.{suffix}"] = both[""]
            found[f"{number}.{'en' if suffix == 'de' else 'hint_en'}"] = both["en"]
    return found


def _options(value: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(value, Mapping):
        for word, label in value.items():
            yield str(word), label, None
    elif isinstance(value, list):
        for one in value:
            if isinstance(one, Mapping):
                yield _text(one.get("value")), one.get("label"), one.get("hint")


def _read_options(slot: Slot, entries: Entries, held: Any) -> Any:
    if entries.get("expr", "").strip():
        return Quoted(" ".join(entries["expr"].split()))
    before = {word: (label, hint) for word, label, hint in _options(held)}
    found: list[dict[str, Any]] = []
    for row in numbered(entries):
        de, en = row.get("de", "").strip(), row.get("en", "")
        word = row.get("value", "").strip() or identifier(de)
        if not word:
            continue
        label, hint = before.get(word, (None, None))
        one = {"value": word, "label": worded(de or word, en, label)}
        if row.get("hint", "").strip():
            one["hint"] = worded(row["hint"], row.get("hint_en", ""), hint)
        found.append(one)
    if not found:
        return None
    words = [one["value"] for one in found]
    as_list = isinstance(held, list) or any("hint" in one for one in found)
    if as_list or len(set(words)) < len(words):
        return found
    return {one["value"]: one["label"] for one in found}


def numbered(entries: Entries) -> Iterator[dict[str, str]]:
    """The rows of entries named "0.value", "0.de", "1.value" …, in order."""
    rows: dict[int, dict[str, str]] = {}
    for name, text in entries.items():
        number, _, rest = name.partition(".")
        if number.isdecimal() and rest:
            rows.setdefault(int(number), {})[rest] = text
    for _, row in sorted(rows.items()):
        yield row


_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "á": "a"}


def identifier(label: str, most: int = 40) -> str:
    """An identifier made of words: "Straße, Nr." becomes "strasse_nr"; "" when nothing is left."""
    text = "".join(_UMLAUTS.get(sign, sign) for sign in label.lower())
    text = re.sub(r"[^a-z0-9]+", "_", text).strip("_")
    text = re.sub(r"^\d+_*", "", text)
    return text[:most].rstrip("_")


def _show_personal(value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {"": "true", "retention": _text(value.get("retention"))}
    return {"": "true" if value is True else "", "retention": ""}


def _read_personal(slot: Slot, entries: Entries, held: Any) -> Any:
    retention = entries.get("retention", "").strip()
    if entries.get("") != "true" and not retention:
        return None
    return {"retention": retention} if retention else True


def _show_map(value: Any) -> dict[str, str]:
    return {name: _text(one) for name, one in value.items()} if isinstance(value, Mapping) else {}


def _read_map(slot: Slot, entries: Entries, held: Any) -> Any:
    return {name: Quoted(text.strip()) for name, text in entries.items() if name and text.strip()}


def _show_params(value: Any) -> dict[str, str]:
    rows: list[tuple[str, str, Any]] = []
    for name, table in value.items() if isinstance(value, Mapping) else ():
        if isinstance(table, Mapping):
            rows += [(name, day, one) for day, one in table.items()]
        else:
            rows.append((name, "", table))
    found: dict[str, str] = {}
    for number, (name, day, one) in enumerate(rows):
        found |= {
            f"{number}.name": name,
            f"{number}.from": day,
            f"{number}.value": _text(one),
        }
    return found


def _read_params(slot: Slot, entries: Entries, held: Any) -> Any:
    found: dict[str, Any] = {}
    for row in numbered(entries):
        name, text = row.get("name", "").strip(), row.get("value", "").strip()
        if not name or not text:
            continue
        day = _day(row.get("from", "").strip())
        before = held.get(name) if isinstance(held, Mapping) else None
        before = before.get(day) if day and isinstance(before, Mapping) else before
        value = before if _text(before) == text else _read_literal(slot, {"": text}, None)
        if day and isinstance(found.get(name, {}), dict):
            found.setdefault(name, {})[day] = value
        else:
            found[name] = value
    return found


def _day(text: str) -> str:
    day = _GERMAN_DATE.fullmatch(text)
    return f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}" if day else text


def _show_notes(value: Any) -> dict[str, str]:
    pairs = value.items() if isinstance(value, Mapping) else ()
    found: dict[str, str] = {}
    for number, (version, text) in enumerate(pairs):
        found |= {f"{number}.name": str(version), f"{number}.value": _text(text)}
    return found


def _read_notes(slot: Slot, entries: Entries, held: Any) -> Any:
    rows = [(row.get("name", "").strip(), row.get("value", "")) for row in numbered(entries)]
    return {name: _lines(text) for name, text in rows if name and text.strip()}


def _show_pairs(value: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, (name, one) in enumerate(leaves(value)):
        found |= {f"{number}.name": name, f"{number}.value": _leaf(one)}
    return found


def leaves(value: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every single value of nested data with its dotted name; lists count from 0."""
    inner: Any = ()
    if isinstance(value, Mapping):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for name, one in inner:
        dotted = f"{above}.{name}" if above else str(name)
        if isinstance(one, Mapping | list) and one:
            yield from leaves(one, dotted)
        else:
            yield dotted, one


def _leaf(value: Any) -> str:
    if value is None:
        return "null"
    return ("[]" if isinstance(value, list) else "{}") if value in ([], {}) else _text(value)


def _read_pairs(slot: Slot, entries: Entries, held: Any) -> Any:
    before = dict(leaves(held))
    found: dict[str, Any] = {}
    for row in numbered(entries):
        name, text = row.get("name", "").strip(), row.get("value", "")
        if not name:
            continue
        same = name in before and _leaf(before[name]) == text
        _place(found, name.split("."), before[name] if same else literal(text))
    return _listed(found) or (None if held is None else {})


def _place(found: dict[str, Any], steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        inner = found.setdefault(step, {})
        if not isinstance(inner, dict):
            inner = found[step] = {}
        found = inner
    found[steps[-1]] = value


def _listed(value: Any) -> Any:
    """Mappings whose names count 0, 1, 2 … as lists."""
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(one) for name, one in value.items()}
    if inner and all(name.isdecimal() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


_SHOWN: Mapping[str, Callable[[Any], dict[str, str]]] = {
    "words": _show_words,
    "condition": _show_condition,
    "options": _show_options,
    "personal": _show_personal,
    "map": _show_map,
    "params": _show_params,
    "notes": _show_notes,
    "pairs": _show_pairs,
}
_READ: Mapping[str, Callable[[Slot, Entries, Any], Any]] = {
    "words": _read_words,
    "flag": _read_flag,
    "condition": _read_condition,
    "formula": _read_formula,
    "limit": _read_limit,
    "whole": _read_whole,
    "literal": _read_literal,
    "texts": _read_texts,
    "options": _read_options,
    "personal": _read_personal,
    "map": _read_map,
    "params": _read_params,
    "notes": _read_notes,
    "pairs": _read_pairs,
}
