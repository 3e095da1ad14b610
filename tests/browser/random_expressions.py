"""Random expressions over random scopes, the same ones for the same seed.

They are drawn by kind (number, text, date, list, any), so most of them compute something instead
of ending in nothing; every operator and function of the language comes up.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

_WORDS = ["", "a", "ab", "Straße", "ÄÖ ü", "🏠", "\ufb01", " x ", "10", "9", "1.234,50", "-5.5"]
_WORDS += ["2026-02-30", "2024-02-29", "B", "b", "true", "08111000"]
_EDGES = ["0", "1", "0.005", "2.675", "99999999.99", "0.0000000001", "123456789012345.678"]
_FIRST = date(1990, 1, 1)


def quoted(text: str) -> str:
    """A text as a literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


class Draw:
    """Draws texts of expressions and the scopes they run over."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  # test data, not secrets
        self._depth = 0
        self._rows: list[str] = []

    def scope(self) -> dict[str, Any]:
        """Names n, m (numbers), t (text), d, e (dates), l (numbers), r (rows), b, x (anything)."""
        value = self._random
        rows = [
            {
                "k": value.choice(["a", "b", None, Decimal(1)]),
                "n": self._number_value(),
                "b": value.random() < 0.5,
                "d": self._date_value(),
            }
            for _ in range(value.randint(0, 6))
        ]
        return {
            "n": self._number_value(),
            "m": self._number_value(),
            "t": value.choice(_WORDS),
            "d": self._date_value(),
            "e": self._date_value(),
            "l": [self._number_value() for _ in range(value.randint(0, 6))],
            "r": rows,
            "b": value.random() < 0.5,
            "x": value.choice([None, Decimal(3), "a", [Decimal(1)], {"n": Decimal(2)}, True]),
            "heute": self._date_value(),
            "tabelle": {"1990": Decimal(1), "2015-07-01": Decimal("-0.88"), "2023": Decimal(3)},
        }

    def text(self) -> str:
        """The text of an expression of any kind."""
        self._depth = 0
        self._rows = []
        return self._any()

    def _number_value(self) -> Decimal:
        value = self._random
        if value.random() < 0.2:
            return Decimal(value.choice(_EDGES))
        number = Decimal(value.randint(-(10**7), 10**7)).scaleb(-value.randint(0, 4))
        return number or Decimal(0)

    def _date_value(self) -> date:
        return _FIRST + timedelta(days=self._random.randint(0, 40_000))

    def _choose(self, leaves: list[Callable[[], str]], branches: list[Callable[[], str]]) -> str:
        self._depth += 1
        pool = leaves if self._depth > 4 or self._random.random() < 0.2 else branches
        text = self._random.choice(pool)()
        self._depth -= 1
        return text

    def _any(self) -> str:
        kinds = [self._number, self._text, self._date, self._list, self._truth]
        return self._choose([lambda: "x", lambda: "None", *kinds], kinds)

    def _row(self, key: str, otherwise: str) -> str:
        return f"{self._rows[-1]}.{key}" if self._rows else otherwise

    def _number(self) -> str:
        n, t, d, items = self._number, self._text, self._date, self._list
        pick = self._random.choice
        return self._choose(
            [
                lambda: pick(["n", "m", "x", "r.n"]),
                lambda: pick(_EDGES),
                lambda: str(self._random.randint(0, 30)),
                lambda: self._row("n", "n"),
            ],
            [
                lambda: f"({n()} {pick(['+', '-', '*', '/', '//', '%'])} {n()})",
                lambda: f"{n()} {pick(['+', '-'])} {n()} {pick(['*', '/', '%'])} {n()}",
                lambda: f"-{n()}",
                lambda: f"round({n()}, {self._random.randint(-3, 6)})",
                lambda: f"abs({n()})",
                lambda: f"{pick(['sum', 'min', 'max', 'len', 'count'])}({items()})",
                lambda: f"{pick(['min', 'max', 'sum'])}({n()}, {n()})",
                lambda: f"number({pick([t, n])()})",
                lambda: f"len({t()})",
                lambda: f"{pick(['year', 'month'])}({d()})",
                lambda: f"{pick(['days_between', 'months_between'])}({d()}, {d()})",
                lambda: f"at(tabelle, {pick([d, n])()})",
                lambda: f"sum(z.betrag for z in interest({n()}, d, {d()}, tabelle, 5))",
                lambda: f"find(r, {quoted(pick(['k', 'b']))}, {self._any()}).n",
                lambda: f"({n()} if {self._truth()} else {n()})",
            ],
        )

    def _text(self) -> str:
        t, n = self._text, self._number
        pick = self._random.choice
        return self._choose(
            [lambda: "t", lambda: quoted(pick(_WORDS)), lambda: self._row("k", "t")],
            [
                lambda: f"({t()} + {t()})",
                lambda: f"text({pick([n, t, self._date, self._truth])()})",
                lambda: f"{pick(['lower', 'upper', 'strip'])}({t()})",
                lambda: f"join({self._list()}, {t()})",
                lambda: f"({t()} if {self._truth()} else {t()})",
            ],
        )

    def _date(self) -> str:
        d, pick = self._date, self._random.choice
        return self._choose(
            [
                lambda: pick(["d", "e", "heute", "today()"]),
                lambda: f'date("{self._date_value()}")',
                lambda: self._row("d", "e"),
            ],
            [
                lambda: f"add_days({d()}, {self._number()})",
                lambda: f"add_months({d()}, {self._random.randint(-30, 30)})",
                lambda: f"workday({d()})",
                lambda: f"{pick(['min', 'max'])}({d()}, {d()})",
                lambda: f"date({pick([d, self._text])()})",
            ],
        )

    def _list(self) -> str:
        pick = self._random.choice
        return self._choose(
            [lambda: "l", lambda: "r", lambda: f"[{self._number()}, {self._any()}]"],
            [
                lambda: f"[{self._any()}, {self._any()}, {self._any()}]",
                lambda: f"({self._list()} + {self._list()})",
                self._loop,
                self._loop,
                lambda: f"share({self._number()}, {pick([self._list, lambda: 'l'])()})",
                lambda: f"interest({self._number()}, d, {self._date()}, tabelle, {self._number()})",
                lambda: 'group_sum(r, "k", "n")',
                lambda: f"flat([{self._list()}, {self._any()}])",
                lambda: f"[{{{quoted(pick(_WORDS))}: {self._any()}, 'zwei': {self._any()}}}]",
            ],
        )

    def _loop(self) -> str:
        name = f"z{len(self._rows)}"
        source = self._random.choice(["r", "r", "l", "x"])
        self._rows.append(name)
        condition = f" if {self._truth()}" if self._random.random() < 0.5 else ""
        body = self._any()
        self._rows.pop()
        return f"[{body} for {name} in {source}{condition}]"

    def _truth(self) -> str:
        pick = self._random.choice
        signs = ["==", "!=", "<", "<=", ">", ">="]
        same = pick([self._number, self._text, self._date, self._any])
        return self._choose(
            [lambda: "b", lambda: "x", lambda: self._row("b", "b")],
            [
                lambda: f"({same()} {pick(signs)} {same()})",
                lambda: f"({self._any()} {pick(signs)} {self._any()})",
                lambda: f"({self._number()} < {self._number()} <= {self._number()})",
                lambda: f"({self._truth()} {pick(['and', 'or'])} {self._any()})",
                lambda: f"(not {self._any()})",
                lambda: f"({self._any()} {pick(['in', 'not in'])} {self._list()})",
                lambda: f"({self._text()} in {self._text()})",
                lambda: f"{pick(['any', 'all'])}({self._list()})",
                lambda: f"starts_with({self._text()}, {self._text()})",
                lambda: f"sample({self._text()}, {self._number()})",
            ],
        )
