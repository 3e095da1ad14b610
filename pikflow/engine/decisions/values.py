"""The values of FEEL: literals, names, calls and arithmetic, in our language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pikflow.engine.decisions.vocabulary import (
    DATED,
    FEEL_FUNCTIONS,
    OURS,
    REFUSED_WORDS,
    SUBJECT,
    WITHOUT_COUNTERPART,
)
from pikflow.engine.decisions.words import NotFeelError, Word, quoted, untranslatable, words


@dataclass
class ValueReader:
    """Walks the tokens once; every method gives a piece of our language. feel.py adds conditions.

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
        """A whole expression, as feel.py reads it."""
        raise NotImplementedError

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
                if word.text in DATED:
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
        if word.text in REFUSED_WORDS:
            raise untranslatable(f"„{word.text}“", REFUSED_WORDS[word.text])
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
        if name in FEEL_FUNCTIONS or name in WITHOUT_COUNTERPART:
            self.place = ahead
            return name
        return word.text

    def _function(self, name: str) -> str:
        if name in WITHOUT_COUNTERPART:
            raise untranslatable(
                f"Die Funktion „{name}“", "Rechnen Sie den Wert vorher in einem Skript aus."
            )
        if name not in FEEL_FUNCTIONS and name not in OURS:
            raise NotFeelError
        self.need("(")
        given = self._items(")")
        if name in OURS:
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
