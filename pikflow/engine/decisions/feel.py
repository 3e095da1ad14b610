"""FEEL (DMN 1.1 to 1.5) into our expression language, as far as both say the same.

What would mean something else here is refused, never guessed: durations, times, filters, powers,
properties of dates, and functions without a counterpart.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pikflow.engine.decisions.words import NotFeelError, Word, quoted, untranslatable, words
from pikflow.expressions import FUNCTIONS
from pikflow.expressions.lexer import MAX_NESTING
from pikflow.expressions.syntax import MAX_LENGTH

SUBJECT = "dmn_wert"  # stands for the value of the column, in FEEL `?`
_COMPARED = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_DATED = frozenset(
    {"year", "month", "day", "weekday", "hour", "minute", "second", "years", "months", "days"}
    | {"hours", "minutes", "seconds", "timezone"}
)
_REFUSED_WORDS = {
    "some": "Nehmen Sie any(... for x in liste).",
    "every": "Nehmen Sie all(... for x in liste).",
    "for": "Eine Schleife schreibt man [x.betrag for x in liste].",
    "function": "Eigene Funktionen gibt es nicht.",
    "instance": "Geben Sie der Spalte eine Art (typeRef).",
}


def _call(name: str, least: int, most: int) -> tuple[int, int, Callable[..., str]]:
    return least, most, lambda *given: f"{name}({', '.join(given)})"


def _listed(name: str) -> tuple[int, int, Callable[..., str]]:
    """A function of one list, or of its entries."""
    return (
        1,
        40,
        lambda *given: (
            f"{name}({given[0]})" if len(given) == 1 else f"{name}([{', '.join(given)}])"
        ),
    )


# What FEEL calls a function: least and most arguments, and what it is here.
FEEL_FUNCTIONS: dict[str, tuple[int, int, Callable[..., str]]] = {
    "not": (1, 1, lambda a: f"(not ({a}))"),
    "date": _call("date", 1, 1),
    "today": _call("today", 0, 0),
    "string": _call("text", 1, 1),
    "number": _call("number", 1, 1),
    "contains": (2, 2, lambda a, b: f"(({b}) in ({a}))"),
    "list contains": (2, 2, lambda a, b: f"any(dmn_eintrag == ({b}) for dmn_eintrag in ({a}))"),
    "starts with": _call("starts_with", 2, 2),
    "string length": _call("len", 1, 1),
    "upper case": _call("upper", 1, 1),
    "lower case": _call("lower", 1, 1),
    "count": (1, 1, lambda a: f"len({a})"),
    "sum": _listed("sum"),
    "min": _listed("min"),
    "max": _listed("max"),
    "any": _listed("any"),
    "all": _listed("all"),
    "abs": _call("abs", 1, 1),
    "floor": (1, 1, lambda a: f"(({a}) // 1)"),
    "ceiling": (1, 1, lambda a: f"(-(-({a}) // 1))"),
    "round half up": _call("round", 2, 2),
    "flatten": _call("flat", 1, 1),
    "is defined": (1, 1, lambda a: f"(({a}) != null)"),
}
_UNKNOWN = frozenset(
    {"date and time", "time", "duration", "years and months duration", "now", "day of week"}
    | {"day of year", "month of year", "week of year", "last day of month", "day of month"}
    | {"substring", "substring before", "substring after", "ends with", "replace", "matches"}
    | {"split", "string join", "extract", "trim", "mean", "median", "stddev", "mode", "product"}
    | {"append", "concatenate", "insert before", "remove", "reverse", "index of", "union", "sort"}
    | {"distinct values", "duplicate values", "sublist", "list replace", "decimal", "modulo"}
    | {"sqrt", "log", "exp", "odd", "even", "round up", "round down", "round half down"}
    | {"get value", "get entries", "context", "context put", "context merge", "is", "range"}
    | {"before", "after", "meets", "met by", "overlaps", "finishes", "includes", "during"}
    | {"starts", "started by", "coincides", "random number", "get or else", "is empty"}
)
_OURS = frozenset(FUNCTIONS) - FEEL_FUNCTIONS.keys() - _UNKNOWN


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


@dataclass
class Reader:
    """Walks the tokens once; every method gives a piece of our language.

    `subject` says that `?` may be asked for, `asked` that it was; `ending` that the end of a range
    is read, which an opening bracket may close.
    """

    tokens: list[Word]
    names: Mapping[str, str] = field(default_factory=dict)
    subject: bool = False
    place: int = 0
    depth: int = 0
    asked: bool = False
    ending: bool = False

    @property
    def now(self) -> Word:
        return self.tokens[self.place]

    def at(self, *texts: str) -> bool:
        return self.now.kind in ("sign", "name") and self.now.text in texts

    def take(self) -> Word:
        word = self.now
        self.place += word.kind != "end"
        return word

    def skip(self, text: str) -> bool:
        if self.at(text):
            self.place += 1
            return True
        return False

    def need(self, text: str) -> None:
        if not self.skip(text):
            raise NotFeelError

    def expect_end(self) -> None:
        if self.now.kind != "end":
            raise NotFeelError

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
        if self.now.kind == "sign" and self.now.text in _COMPARED:
            sign = _COMPARED[self.take().text]
            return f"({left} {sign} {self.sum()})"
        if self.skip("between"):
            low = self.sum()
            self.need("and")
            return f"({low} <= {left} and {left} <= {self.sum()})"
        if self.at("instance"):
            raise untranslatable("„instance of“", _REFUSED_WORDS["instance"])
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
        if self.now.kind == "sign" and self.now.text in _COMPARED:
            return f"({left} {_COMPARED[self.take().text]} {self.sum()})"
        interval = self.interval()
        if interval is not None:
            return interval.test(left)
        item = self.sum()
        return f"({left} == {item} or any(dmn_eintrag == {left} for dmn_eintrag in {item}))"

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

    # --- values

    def sum(self) -> str:
        result = self._product()
        while self.at("+", "-"):
            sign = self.take().text
            result = f"{result} {sign} {self._product()}"
        return result

    def _product(self) -> str:
        result = self._signed()
        while self.at("*", "/", "**"):
            sign = self.take().text
            if sign == "**":
                raise untranslatable("Die Potenz „**“", "Mit * ausmultiplizieren.")
            result = f"{result} {sign} {self._signed()}"
        return result

    def _signed(self) -> str:
        minus = 0
        while self.skip("-"):
            minus += 1
        return f"{'-' * minus}{self._member(self._value())}"

    def _member(self, value: str) -> str:
        while True:
            if self.at("."):
                self.take()
                word = self.take()
                if word.kind != "name":
                    raise NotFeelError
                if word.text in _DATED:
                    raise untranslatable(
                        f"Die Angabe „.{word.text}“ eines Datums",
                        "Jahr und Monat geben year(...) und month(...).",
                    )
                value = f"{value}.{word.text}"
            elif self.at("[") and not self.now.spaced and not self.ending:
                raise untranslatable(
                    "Ein Filter in eckigen Klammern", 'Nehmen Sie find(liste, "feld", wert).'
                )
            else:
                return value

    def _value(self) -> str:
        word = self.take()
        if word.kind == "number":
            return f"0{word.text}" if word.text.startswith(".") else word.text
        if word.kind == "text":
            return quoted(word.text)
        if word.kind == "name":
            return self._named(word)
        if word.text == "(":
            inner = self.expression()
            self.need(")")
            return f"({inner})"
        if word.text == "[":
            return f"[{', '.join(self._items(']'))}]"
        if word.text == "{":
            return self._context()
        if word.text == "@" and self.now.kind == "text":
            return f"date({quoted(self.take().text)})"
        if word.text == "?" and self.subject:
            self.asked = True
            return SUBJECT
        raise NotFeelError

    def _items(self, closing: str) -> list[str]:
        items: list[str] = []
        while not self.skip(closing):
            if items:
                self.need(",")
            items.append(self.expression())
        return items

    def _context(self) -> str:
        entries: list[str] = []
        while not self.skip("}"):
            if entries:
                self.need(",")
            key = self.take()
            if key.kind not in ("name", "text"):
                raise NotFeelError
            self.need(":")
            entries.append(f"{quoted(key.text)}: {self.expression()}")
        return f"{{{', '.join(entries)}}}"

    def _named(self, word: Word) -> str:
        if word.text in ("true", "false", "null"):
            return word.text
        known = self._known(word)
        if known is not None:
            return known
        if word.text in _REFUSED_WORDS:
            raise untranslatable(f"„{word.text}“", _REFUSED_WORDS[word.text])
        long = self._longest(word)
        if self.at("("):
            return self._function(long)
        if " " in long:
            raise NotFeelError
        return word.text

    def _known(self, word: Word) -> str | None:
        """One of the given names that begins with this word; the longest."""
        for name in sorted(self.names, key=len, reverse=True):
            try:
                parts = [part.text for part in words(name)[:-1]]
            except NotFeelError:
                parts = []
            following = [w.text for w in self.tokens[self.place : self.place + len(parts) - 1]]
            if parts and parts == [word.text, *following]:
                self.place += len(parts) - 1
                return self.names[name]
        return None

    def _longest(self, word: Word) -> str:
        """The name of a function may be several words; they are taken if a bracket follows."""
        ahead = self.place
        while self.tokens[ahead].kind == "name" and ahead < self.place + 5:
            ahead += 1
        if self.tokens[ahead].text != "(" or self.tokens[ahead].kind != "sign":
            return word.text
        name = " ".join([word.text, *(w.text for w in self.tokens[self.place : ahead])])
        if name in FEEL_FUNCTIONS or name in _UNKNOWN:
            self.place = ahead
            return name
        return word.text

    def _function(self, name: str) -> str:
        if name in _UNKNOWN:
            raise untranslatable(
                f"Die Funktion „{name}“", "Rechnen Sie den Wert vorher in einem Skript aus."
            )
        if name not in FEEL_FUNCTIONS and name not in _OURS:
            raise NotFeelError
        self.need("(")
        given = self._items(")")
        if name in _OURS:
            return f"{name}({', '.join(given)})"
        least, most, write = FEEL_FUNCTIONS[name]
        if not least <= len(given) <= most:
            if name == "date" and len(given) == 3:
                return self._date(given)
            raise untranslatable(
                f"„{name}“ mit {len(given)} Angaben", "Rechnen Sie den Wert in einem Skript aus."
            )
        return write(*given)

    def _date(self, given: list[str]) -> str:
        if not all(part.isdigit() for part in given):
            raise untranslatable("date(Jahr, Monat, Tag) mit Namen", 'Nehmen Sie date("...").')
        year, month, day = given
        return f'date("{year:0>4}-{month:0>2}-{day:0>2}")'
