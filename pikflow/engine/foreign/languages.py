"""Which language an expression of another product is written in, and what it is in ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pikflow.engine.checks.vocabulary import OURS
from pikflow.engine.decisions import feel
from pikflow.engine.foreign import juel, python
from pikflow.expressions import ExpressionError, compile_expression
from pikflow.expressions.pieces import Untranslatable, tidied

_NEGATION = re.compile(r"\bnot\b(?! in\b)")
_CAREFUL = "Ist der Wert leer, gilt „not“ hier als Ja; in FEEL gilt dann keines von beidem."


@dataclass(frozen=True)
class Meant:
    """An expression in our language; `language` is what it was written in, "" for ours."""

    text: str
    language: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Languages:
    """Reads the expressions of one file. `names` are variables that are called otherwise here."""

    product: str
    names: Mapping[str, str] = field(default_factory=dict)

    def read(self, text: str, declared: str | None = None) -> Meant:
        """The expression in our language; raises Untranslatable with what speaks against it.

        `declared` is the language the file names beside the text.
        """
        text, word = text.strip(), (declared or "").strip().lower()
        try:
            return self._read(text, word)
        except ExpressionError as fault:
            raise Untranslatable(fault.reason, fault.hint) from None

    def _read(self, text: str, word: str) -> Meant:
        if text.startswith(("${", "#{")):
            return Meant(juel.translated(text, self.names), "JUEL")
        if "feel" in word or (text.startswith("=") and not text.startswith("==")):
            return self._feel(text.removeprefix("=").strip())
        if "python" in word or self.product == "Spiff Arena":
            return self._python(text)
        if word not in OURS and "xpath" not in word and "juel" not in word:
            raise Untranslatable(f"Ausdrücke in „{word}“ werden nicht übersetzt.")
        compile_expression(text)
        return Meant(text)

    def _feel(self, text: str) -> Meant:
        found = feel.translated(text, self.names)
        if found is None:
            raise Untranslatable("Das ist kein FEEL, das hier gelesen wird.")
        compile_expression(found)
        return Meant(tidied(found), "FEEL", _CAREFUL if _NEGATION.search(found) else "")

    def _python(self, text: str) -> Meant:
        found = python.translated(text, self.names)
        try:
            same = compile_expression(text).tree == compile_expression(found).tree
        except ExpressionError:
            same = False
        return Meant(text) if same else Meant(found, "Python")

    def script(self, text: str) -> Meant:
        """The lines of a script in Python."""
        try:
            found = python.translated_script(text, self.names)
        except ExpressionError as fault:
            raise Untranslatable(fault.reason, fault.hint) from None
        return Meant(found, "Python")
