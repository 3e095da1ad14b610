"""What one evaluation costs, beside Python's own eval: `python benchmarks/expressions.py`.

Microseconds, the best of five rounds. `eval(text)` is what the workflow library does by default;
`eval(code)` is the bound a cached code object would set, with binary floats and no safety.
"""

import timeit
from decimal import Decimal
from typing import Any

from pikflow.expressions import compile_expression
from pikflow.expressions.expression import Expression
from pikflow.expressions.syntax import parse

ROUNDS = 5
POSTS = [{"vzae": Decimal("0.75"), "besetzt": n % 2 == 0} for n in range(20)]
SCOPE: dict[str, Any] = {
    "a": {"b": Decimal(2)},
    "antrag": {"betrag": Decimal("67680.00"), "art": "kreis"},
    "budget": Decimal(70_000),
    "stellen": POSTS,
}
# (our text, the same for eval over the same data)
PAIRS = [
    ("a.b <= 3", "a['b'] <= 3"),
    (
        "antrag.betrag <= budget and antrag.art == 'kreis'",
        "antrag['betrag'] <= budget and antrag['art'] == 'kreis'",
    ),
    ("round(1.44 * 47000, 2)", "round(1.44 * 47000, 2)"),
    (
        "sum(s.vzae for s in stellen if s.besetzt)",
        "sum(s['vzae'] for s in stellen if s['besetzt'])",
    ),
]


def microseconds(work: Any, times: int) -> float:
    return min(timeit.repeat(work, number=times, repeat=ROUNDS)) / times * 1e6


def main() -> None:
    print(f"{'expression':52} {'ours':>8} {'eval(text)':>11} {'eval(code)':>11} {'compile':>9}")
    for text, python in PAIRS:
        ours, code = compile_expression(text), compile(python, "", "eval")
        row = (
            microseconds(lambda e=ours: e.evaluate(SCOPE), 5_000),
            microseconds(lambda p=python: eval(p, {}, dict(SCOPE)), 1_000),  # noqa: S307
            microseconds(lambda c=code: eval(c, {}, dict(SCOPE)), 5_000),  # noqa: S307
            microseconds(lambda t=text: Expression.of(t, parse(t)), 200),
        )
        print(f"{text:52} {row[0]:8.2f} {row[1]:11.2f} {row[2]:11.2f} {row[3]:9.1f}")


if __name__ == "__main__":
    main()
