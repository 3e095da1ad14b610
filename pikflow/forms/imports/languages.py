"""Labels in several languages, as XLSForm columns have them: `label::Deutsch (de)`."""

import re
from collections.abc import Mapping
from typing import Any

from pikflow.forms.imports.draft import Draft
from pikflow.forms.imports.words import text_of, without_tags

_CODE = re.compile(r"\(([a-z]{2,3})(?:-\w+)?\)\s*$", re.IGNORECASE)
_NAMES = {"deutsch": "de", "german": "de", "englisch": "en", "english": "en"}
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")


def code_of(name: str) -> str:
    """The code of a language by its name, "" for none."""
    match = _CODE.search(name)
    if match:
        return match[1].lower()
    word = name.strip().lower()
    return _NAMES.get(word, word if re.fullmatch(r"[a-z]{2,3}", word) else "")


class Labels:
    """Reads texts of rows; `tell` notes once what languages were left out or missing."""

    def __init__(self, draft: Draft, default: str) -> None:
        self.draft = draft
        self.default = code_of(default) or "de"
        self.others: set[str] = set()
        self.undated = 0  # texts without a German version

    def plain(self, text: str) -> str:
        words = without_tags(text) if _TAG.search(text) else text_of(text)
        return words.strip()

    def of(self, row: Mapping[str, str], name: str) -> Any:
        """The text of a column in German and English; "" when there is none."""
        found: dict[str, str] = {}
        for column, text in row.items():
            base, mark, language = column.partition("::")
            if not mark:
                base, mark, language = column.partition(":")
            if base.strip().lower() != name:
                continue
            code = code_of(language) if mark else self.default
            found.setdefault(code if code in ("de", "en") else language.strip() or code,
                             self.plain(text))  # fmt: skip
        self.others |= found.keys() - {"de", "en"}
        german = found.get("de") or ""
        if not german and found:
            self.undated += 1
            german = found.get("en") or next(iter(found.values()))
        english = found.get("en", "")
        return {"de": german, "en": english} if english and english != german else german

    def tell(self) -> None:
        if self.others:
            listed = ", ".join(sorted(self.others))
            hint = "Formulare haben hier Deutsch und Englisch."
            self.draft.notes.missing("Andere Sprachen sind nicht übernommen.", listed, hint)
        if self.undated:
            what = f"{self.undated} Texte haben keine deutsche Fassung."
            hint = "Übersetzen Sie sie; bis dahin steht dort die andere Sprache."
            self.draft.notes.missing(what, "", hint)
