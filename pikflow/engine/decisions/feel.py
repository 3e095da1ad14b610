"""FEEL (DMN 1.1 to 1.5) into our expression language, as far as both say the same.

What would mean something else here is refused, never guessed: durations, times, filters, powers,
properties of dates, and functions without a counterpart.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pikflow.engine.decisions.values import ValueReader
from pikflow.engine.decisions.vocabulary import (
    COMPARED,
    ENTRY,
    REFUSED_WORDS,
)
from pikflow.engine.decisions.words import NotFeelError, untranslatable, words
from pikflow.expressions.lexer import MAX_NESTING
from pikflow.expressions.syntax import MAX_LENGTH


@dataclass(frozen=True)
class Interval:
    """A range: two operators (< or <=) around the value, and its two ends in our language."""

    low_sign: str
    low: str
    high_sign: str
    high: str

    def test(self, subject: str) -> str:
        return (
            f"(({self.low}) {self.low_sign} {subject} and {subject} {self.high_sign} ({self.high}))"
        )


def translated(source: str, names: Mapping[str, str] | None = None) -> str | None:
    """One FEEL expression in our language; None for a text that is no FEEL.

    `names` maps names with spaces and signs that may occur to ours. Raises ExpressionError for
    FEEL that can't be said here.
    """
    if len(source) > MAX_LENGTH:
        return None
    try:
        reader = Reader(words(source), names or {})
        result = reader.expression()
        reader.expect_end()
    except NotFeelError:
        return None
    return result


class Reader(ValueReader):
    """Adds choices, conditions and ranges to the values."""

    def expression(self) -> str:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise untranslatable("So tiefe Verschachtelung", "In mehrere Schritte aufteilen.")
        try:
            return self._choice() if self.skip("if") else self._either()
        finally:
            self.depth -= 1

    def _choice(self) -> str:
        condition = self.expression()
        self.need("then")
        then = self.expression()
        self.need("else")
        return f"(({then}) if ({condition}) else ({self.expression()}))"

    def _either(self) -> str:
        parts = [self._both()]
        while self.skip("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"

    def _both(self) -> str:
        parts = [self._comparison()]
        while self.skip("and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else f"({' and '.join(parts)})"

    def _comparison(self) -> str:
        left = self.sum()
        if self.now.kind == "sign" and self.now.text in COMPARED:
            sign = COMPARED[self.take().text]
            return f"({left} {sign} {self.sum()})"
        if self.skip("between"):
            low = self.sum()
            self.need("and")
            return f"({low} <= {left} and {left} <= {self.sum()})"
        if self.at("instance"):
            raise untranslatable("„instance of“", REFUSED_WORDS["instance"])
        if self.skip("in"):
            return self._within(left)
        return left

    def _within(self, left: str) -> str:
        tests: list[str] = []
        many = self.at("(") and not self._is_interval()
        if many:
            self.need("(")
        while True:
            tests.append(self._one_test(left))
            if not (many and self.skip(",")):
                break
        if many:
            self.need(")")
        return f"({' or '.join(tests)})"

    def _one_test(self, left: str) -> str:
        if self.now.kind == "sign" and self.now.text in COMPARED:
            return f"({left} {COMPARED[self.take().text]} {self.sum()})"
        interval = self.interval()
        if interval is not None:
            return interval.test(left)
        item = self.sum()
        return f"({left} == {item} or any({ENTRY} == {left} for {ENTRY} in {item}))"

    # --- ranges

    def _is_interval(self) -> bool:
        """Whether a range begins here: its two points come before its closing bracket."""
        depth = 0
        for word in self.tokens[self.place :]:
            if word.kind == "sign":
                depth += (word.text in "([{") - (word.text in ")]}")
                if word.text == ".." and depth <= 1:
                    return True
                if word.text == "," and depth <= 1:
                    return False
            if depth <= 0 and word is not self.now:
                return False
        return False

    def interval(self) -> Interval | None:
        """The range that begins here, if one does."""
        if self.at("]"):
            opened = True
        elif self.at("[", "(") and self._is_interval():
            opened = self.at("(")
        else:
            return None
        self.take()
        low = self.sum()
        self.need("..")
        self.ending = True
        high = self.sum()
        self.ending = False
        if not self.at(")", "]", "["):
            raise NotFeelError
        closed = self.take().text == "]"
        return Interval("<" if opened else "<=", low, "<=" if closed else "<", high)
