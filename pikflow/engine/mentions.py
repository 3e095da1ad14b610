"""Where a BPMN or DMN file names something of the case, and the file with another name there.

The text is changed where the name stands and nowhere else: no attribute moves, no line is broken
anew. Which texts are expressions is a list; what a text names, the expression language says.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from pikflow.engine.xml import PIK
from pikflow.expressions.mentions import (
    Mention,
    assigned,
    changed,
    edits,
    hands_on,
    matches,
    mentions,
    script_mentions,
)

_PIECE = re.compile(
    r"<!--.*?-->|<!\[CDATA\[(?P<cdata>.*?)\]\]>|<\?.*?\?>"
    r"|<(?P<close>/)?(?P<name>[\w:.-]+)(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(?P<empty>/)?>"
    r"|(?P<text>[^<]+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9A-Fa-f]+|\w+);")
# pik: attributes that hold an expression; those of a title and a deadline begin with "=".
_EXPRESSIONS = {"input", "cases", "sections", "key", "due", "amount", "title", "output"}
_NAMES = {"show"}
_TEXTS = {
    *("conditionExpression", "condition", "completionCondition", "loopCondition"),
    *("loopCardinality", "loopDataInputRef", "timeDate", "timeDuration", "timeCycle", "text"),
}


@dataclass(frozen=True)
class Use:
    """One text of the file that names something: in which process (or decision) and element, what
    kind of text it is, and where its characters stand."""

    process: str
    element: str
    kind: str
    text: str
    line: int
    mentions: tuple[Mention, ...]
    at: tuple[int, ...]

    def names(self, path: Sequence[str]) -> bool:
        return any(matches(one, path) for one in self.mentions)

    def hands_on(self, path: Sequence[str]) -> bool:
        return any(hands_on(one, path) for one in self.mentions)


def uses(source: str) -> Iterator[Use]:
    """Every text of a file that names something; the names a script sets are not among them."""
    prefixes = _prefixes(source)
    stack: list[tuple[str, str]] = []
    for piece in _PIECE.finditer(source):
        name = piece["name"]
        if name and piece["close"]:
            if stack:
                stack.pop()
        elif name:
            attributes = piece["attributes"] or ""
            found = {match[1]: match for match in _ATTRIBUTE.finditer(attributes)}
            ident = found["id"][2] or found["id"][3] or "" if "id" in found else ""
            stack.append((name.rpartition(":")[2], ident))
            yield from _attributes(source, piece.start("attributes"), found, prefixes, stack)
            if piece["empty"]:
                stack.pop()
        elif stack and (piece["text"] or piece["cdata"]):
            group = "text" if piece["text"] else "cdata"
            yield from _content(source, piece.start(group), piece[group], stack, group == "cdata")


def renamed(source: str, path: Sequence[str], name: str, processes: frozenset[str]) -> str:
    """The file with another word for the last part of a name, in these processes and decisions."""
    places = {}
    for use in uses(source):
        if use.process in processes:
            for (start, end), word in edits(use.mentions, path, name).items():
                places[(use.at[start], use.at[end])] = word
    return changed(source, places)


def sets(source: str, processes: frozenset[str]) -> frozenset[str]:
    """The names the scripts of these processes set."""
    found: set[str] = set()
    stack: list[tuple[str, str]] = []
    for piece in _PIECE.finditer(source):
        if piece["name"] and piece["close"]:
            if stack:
                stack.pop()
        elif piece["name"]:
            ident = re.search(r"\bid\s*=\s*[\"']([^\"']*)", piece["attributes"] or "")
            stack.append((piece["name"].rpartition(":")[2], ident[1] if ident else ""))
            if piece["empty"]:
                stack.pop()
        elif stack and stack[-1][0] == "script" and _process(stack) in processes:
            found |= assigned(unescape(piece["text"] or piece["cdata"] or ""))
    return frozenset(found)


def _prefixes(source: str) -> frozenset[str]:
    found = re.findall(rf"xmlns:([\w.-]+)\s*=\s*[\"']{re.escape(PIK)}[\"']", source)
    return frozenset(found)


def _attributes(
    source: str,
    offset: int,
    found: dict[str, re.Match[str]],
    prefixes: frozenset[str],
    stack: list[tuple[str, str]],
) -> Iterator[Use]:
    for name, match in found.items():
        prefix, _, local = name.rpartition(":")
        if prefix not in prefixes or local not in _EXPRESSIONS | _NAMES:
            continue
        group = 2 if match[2] is not None else 3
        start = offset + match.start(group)
        if local in _NAMES:
            yield from _words(source, start, match[group], stack)
            continue
        yield from _use(source, start, match[group], local, stack, raw=False)


def _content(
    source: str, start: int, text: str, stack: list[tuple[str, str]], raw: bool
) -> Iterator[Use]:
    kind = stack[-1][0]
    if kind == "script" or (kind in _TEXTS and _counts(stack)):
        yield from _use(source, start, text, kind, stack, raw=raw)


def _counts(stack: list[tuple[str, str]]) -> bool:
    """The text of a note or a documentation is no expression, that of a decision is one."""
    around = stack[-2][0] if len(stack) > 1 else ""
    return stack[-1][0] != "text" or around not in ("textAnnotation", "inputValues", "outputValues")


def _use(
    source: str, start: int, text: str, kind: str, stack: list[tuple[str, str]], *, raw: bool
) -> Iterator[Use]:
    plain, at = (text, tuple(range(start, start + len(text) + 1))) if raw else _plain(text, start)
    skipped = 1 if plain.lstrip().startswith("=") else 0
    skipped += len(plain) - len(plain.lstrip()) if skipped else 0
    expression = plain[skipped:]
    found = script_mentions(expression) if kind == "script" else mentions(expression)
    if found:
        line = source.count("\n", 0, start) + 1
        process, element = _process(stack), _element(stack)
        yield Use(process, element, kind, expression, line, found, at[skipped:])


def _words(source: str, start: int, text: str, stack: list[tuple[str, str]]) -> Iterator[Use]:
    """Names with commas between them."""
    found = tuple(
        Mention((match[0],), ((match.start(), match.end()),)) for match in re.finditer(r"\w+", text)
    )
    line = source.count("\n", 0, start) + 1
    at = tuple(range(start, start + len(text) + 1))
    yield Use(_process(stack), _element(stack), "show", text, line, found, at)


def _plain(text: str, start: int) -> tuple[str, tuple[int, ...]]:
    """The text without entities, and where each of its characters stands."""
    found: list[str] = []
    at: list[int] = []
    position = 0
    while position < len(text):
        entity = _ENTITY.match(text, position)
        piece = unescape(entity[0]) if entity else text[position]
        found.append(piece)
        at += [start + position] * len(piece)
        position = entity.end() if entity else position + 1
    return "".join(found), (*at, start + len(text))


def _process(stack: list[tuple[str, str]]) -> str:
    return next((ident for name, ident in stack if name in ("process", "decision")), "")


def _element(stack: list[tuple[str, str]]) -> str:
    """The nearest element with an id that is drawn."""
    inner = [
        ident for name, ident in reversed(stack)
        if ident and not name.endswith(("EventDefinition", "Expression", "Characteristics"))
    ]  # fmt: skip
    return inner[0] if inner else ""
