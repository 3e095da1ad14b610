"""What is proofread: passages of text and questions, each with its place in a file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pikflow.errors import Finding

_MARKDOWN = re.compile(r"\*\*|__|`|^\s*(?:[-*#>]+|\d+\.)\s+|\]\([^)]*\)|\[", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)")
_BREAK = re.compile(r"(?<=[.!?])[“”\"’)]?\s+(?=[„“\"(]?[A-ZÄÖÜ0-9])")
_OPEN_END = re.compile(r"(?:\b(?:Abs|Art|Nr|Satz|S|Ref|ca|bzw|ggf|z|d|u|v|i|o|B|h|a)|\b\d{1,2})\.$")
_WORD = re.compile(r"[^\W\d_][\w’'/-]*")


@dataclass(frozen=True)
class Passage:
    """One text people read. `part` is what it is for the file: label, hint, documentation …

    `en` is its English, "" where that is missing, None where there is German only.
    """

    file: str
    line: int
    element: str
    part: str
    de: str
    en: str | None = None


@dataclass(frozen=True)
class Question:
    """One thing a form asks. `page` is the form it stands in, `key` its dotted name there, `file`
    and `line` where it is written (a building block is written once and asked by many forms).

    `offered`: an answer stands there already. `askers` are the lanes that fill the form.
    """

    page: str
    key: str
    file: str
    line: int
    kind: str
    label: str
    hint: str = ""
    typed: bool = True
    required: bool = False
    offered: bool = False
    askers: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self.key.rpartition(".")[2]

    @property
    def group(self) -> str:
        """The key of the group around it, "" outside of groups."""
        return self.key.rpartition(".")[0]

    def asked_by(self, lanes: frozenset[str]) -> "Question":
        return replace(self, askers=lanes)


def remark(
    at: Passage | Question, code: str, message: str, hint: str = "", line: int = 0
) -> Finding:
    """A remark on a passage or a question."""
    element = at.element if isinstance(at, Passage) else at.key
    return Finding(at.file, line or at.line, element, "information", code, message, hint)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text without marks of Markdown; a placeholder counts as one word."""
    for block in _BLOCK.split(text):
        pending = ""
        for part in _BREAK.split(_MARKDOWN.sub("", block)):
            pending = " ".join(f"{pending} {part}".split())
            if pending and not _OPEN_END.search(pending):
                yield pending
                pending = ""
        if pending:
            yield pending


def words(text: str) -> list[str]:
    """The words of a text; numbers and signs are none, a placeholder is one."""
    return _WORD.findall(_PLACEHOLDER.sub(" x ", text))


def shortened(sentence: str, most: int = 160) -> str:
    """A sentence as a message quotes it."""
    return sentence if len(sentence) <= most else f"{sentence[: most - 2].rsplit(' ', 1)[0]} …"
