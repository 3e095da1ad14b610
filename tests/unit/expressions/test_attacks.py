"""Texts that try to get out, to bring the server down, or to look like something else.

Each one is refused, or evaluates to the harmless value that stands beside it.
"""

from decimal import Decimal
from typing import Any

import pytest

from pikflow.expressions import ExpressionError, ExpressionFault, compile_expression, compile_script

REFUSED = [
    # through the object model
    "().__class__",
    "().__class__.__mro__[1].__subclasses__()",
    "''.__class__.__base__",
    "antrag.__class__",
    "antrag.__dict__",
    "antrag.__init__.__globals__",
    "antrag._geheim",
    "__import__('os')",
    "__import__('os').system('id')",
    "__builtins__",
    "_",
    "__",
    "_a",
    "a.b.__len__()",
    "[c for c in ().__class__.__base__.__subclasses__()]",
    "(1).real.__class__",
    "1 .real",
    "1.0.real",
    "1..real",
    "'a'.upper()",
    "'a'.upper",
    "'{0.__class__}'.format(antrag)",
    "antrag.get('betrag')",
    "antrag.items()",
    "stellen.append(1)",
    "sum.__self__",
    "sum.__globals__",
    "True.real",
    "None.__class__",
    # functions that are not ours
    "eval('1')",
    "exec('1')",
    "compile('1', 'a', 'eval')",
    "open('/etc/passwd')",
    "getattr(antrag, 'betrag')",
    "setattr(antrag, 'a', 1)",
    "globals()",
    "locals()",
    "vars()",
    "dir()",
    "type(1)",
    "object()",
    "print(1)",
    "input()",
    "range(10)",
    "iter([1])",
    "map(sum, [1])",
    "sorted([1])",
    "breakpoint()",
    "help()",
    "exit()",
    "license()",
    "sum([1])([2])",
    "(sum)([1])(2)",
    "[sum][0]([1])",
    "(lambda: 1)()",
    "antrag.sum([1])",
    "'sum'([1])",
    "1(2)",
    # grammar that is not ours
    "lambda: 1",
    "lambda x: x",
    "(x := 5)",
    "x := 5",
    "x = 5",
    "x += 5",
    "f'{antrag}'",
    "f'{__import__(\"os\")}'",
    "rb'abc'",
    "b'abc'",
    "r'abc'",
    "u'abc'",
    "'''abc'''",
    '"""abc"""',
    "'a' 'b'",
    "liste[0]",
    "liste[0:1]",
    "liste[::]",
    "antrag['betrag']",
    "{**antrag}",
    "{*liste}",
    "[*liste]",
    "*liste",
    "sum(*liste)",
    "round(**antrag)",
    "round(1.5, n=1)",
    "sum(liste, start=5)",
    "min(liste, key=len)",
    "min(liste, default=0)",
    "a if b",
    "a is b",
    "a is not None",
    "await x",
    "yield x",
    "(yield)",
    "yield from x",
    "async",
    "import os",
    "from os import system",
    "del antrag",
    "assert False",
    "raise x",
    "return 1",
    "pass",
    "while True: pass",
    "for x in y: pass",
    "def f(): pass",
    "class A: pass",
    "with a as b: pass",
    "try: 1",
    "global x",
    "nonlocal x",
    "a; b",
    "a, b",
    "(a, b)",
    "()",
    "{1, 2}",
    "{a for a in b}",
    "{a: b for a in b}",
    "{a: 1}",
    "{1: 1}",
    "{None: 1}",
    "{'a': 1, 'a': 2}",
    "(a for a in b)",
    "[a for a in b for c in d]",
    "[a for a in b if c if d]",
    "[a for a, b in c]",
    "[a for (a, b) in c]",
    "[1 for a.b in c]",
    "[1 for a[0] in c]",
    "[1 for True in c]",
    "[1 for _ in c]",
    "[1 async for a in b]",
    "...",
    "a...",
    "a.",
    ".a",
    "@a",
    "a @ b",
    "~1",
    "1 << 100",
    "1 >> 1",
    "1 & 1",
    "1 | 1",
    "1 ^ 1",
    "a -> b",
    "a $ b",
    "a ? b : c",
    "`a`",
    "a \\\n b",
    "\\",
    "# nur ein Kommentar",
    "1 # Kommentar",
    "not",
    "and",
    "in",
    "if else",
    "",
    "   ",
    "\n\n",
    "\t",
    # numbers
    "9**9**9**9",
    "2**1000000",
    "1e400",
    "1E5",
    "1e-400",
    "9" * 31,
    "9" * 1_999,
    "0." + "1" * 21,
    "0x7f",
    "0o17",
    "0b1",
    "1_000",
    "1j",
    "1if 1else 2",
    "08111000",
    "1.",
    ".5",
    "1.2.3",
    "٣",
    "１",
    "²",
    "½",
    "∞",
    # size and depth
    "-" * 3_000 + "1",
    "-" * 1_900 + "1",
    "+-" * 900 + "1",
    "not " * 499 + "a",
    "(" * 3_000 + ")" * 3_000,
    "(" * 999 + "1" + ")" * 999,
    "[" * 900 + "]" * 900,
    "(" * 41 + "1" + ")" * 41,
    "a" * 2_001,
    "a" + ".b" * 999,
    "a.b" + ".c" * 50,
    "1 if 1 else " * 100 + "1",
    "[" + "a for a in [" * 50 + "1" + "]" * 51,
    "sum(" * 100 + "1" + ")" * 100,
    "1 if (" * 60 + "1" + ") else 1" * 60,
    "{'a':" * 100 + "1" + "}" * 100,
    "a" + "(" * 200,
    # what looks like something else
    "ａntrag",
    "sum＿",
    "＿＿class＿＿",
    "antrag.＿＿class＿＿",
    "a‿b",
    "ﬁnd([1], 'a', 1)",
    "𝓼𝓾𝓶([1])",
    "ⅹ",
    "аntrag",
    "antrag\u200b",
    "antrag\u202e",
    "a\u0308",
    "antrag\ufeff",
    "\ufeff1",
    "\x00",
    "1\x00",
    "antrag\x00.betrag",
    "\ud800",
    "a\x1a",
    "a\x0bb",
    "a\u2028b",
    # escapes
    "'\\x41'",
    "'\\u0041'",
    "'\\N{BULLET}'",
    "'\\d'",
    "'\\0'",
    "'offen",
    "'a\nb'",
    "'a\\",
    # other languages
    "=antrag.betrag > 5",
    "${antrag.betrag > 5}",
    "#{antrag.betrag}",
    "{{ antrag.betrag }}",
    "<% antrag %>",
    "a && b",
    "a || b",
    "!a",
    "a <> b",
    "a === b",
    "a !== b",
    "a => b",
    "a =< b",
    "a eq b",
    "if a then b else c",
    "a between 1 and 2",
    "some x in y satisfies x > 1",
    "date and time(x)",
    "python: 1",
    "1; DROP TABLE pik_case",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
]

HARMLESS: list[tuple[str, Any]] = [
    ("sum", None),
    ("len", None),
    ("os", None),
    ("self", None),
    ("constructor", None),
    ("antrag.constructor", None),
    ("antrag.prototype", None),
    ("antrag.toString", None),
    ("antrag.keys", None),
    ("antrag.items", None),
    ("antrag.betrag.real", None),
    ("'%s' % antrag", None),
    ("'a' * 1000000000", None),
    ("[0] * 1000000000", None),
    ("'{0.__class__}'", "{0.__class__}"),
    ("'__import__'", "__import__"),
    ("text(antrag)", None),
    ("+'1'", None),
    ("1 + " * 400 + "1", Decimal(401)),
    ("a and " * 300 + "a", False),
    ("(" * 40 + "1" + ")" * 40, Decimal(1)),
    ("[1].append", None),
    ("print", None),
    ("match", None),
    ("type", None),
]

SCRIPTS = [
    "import os",
    "x",
    "x == 5",
    "= 5",
    "x =",
    "x = = 5",
    "x = y = 5",
    "_x = 5",
    "__builtins__ = 1",
    "sum = 5",
    "true = 5",
    "None = 5",
    "a.b = 5",
    "a[0] = 5",
    "a, b = 5",
    "(a) = 5",
    "*a = 5",
    "x: int = 5",
    "x += 5",
    "x := 5",
    "'x' = 5",
    "5 = x",
    "x() = 5",
    "x = 5; y = 6",
    "if x: y = 5",
    "for x in y: z = 1",
    "while True: x = 1",
    "def f(): return 1",
    "del x",
    "x = (1\ny = 2",
    "x = 1)\ny = 2",
    "x = exec('1')",
    "x = 1\n\x00",
    "x = 'a\ny = 1",
    "x = 1 \\\n + 2",
    "x = " + "1 + " * 600 + "1",
    "x = 1\n" * 4_000,
    "class A: x = 1",
    "antrag.betrag",
    "  ) = 5",
]


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: ascii(text[:50]))
def test_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text)
    assert caught.value.message.startswith("Spalte ")
    assert 1 <= caught.value.column <= len(text) + 1


@pytest.mark.parametrize(("text", "value"), HARMLESS, ids=lambda text: ascii(str(text)[:50]))
def test_is_harmless(text: str, value: Any) -> None:
    scope = {"antrag": {"betrag": Decimal(5)}}
    assert compile_expression(text).evaluate(scope) == value


@pytest.mark.parametrize("text", SCRIPTS, ids=lambda text: ascii(text[:50]))
def test_script_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        compile_script(text)


@pytest.mark.parametrize(
    "text",
    [
        "[[[[a for d in l] for c in l] for b in l] for a in l]",
        "sum(sum(sum(1 for c in l) for b in l) for a in l)",
        "[l + l for a in l]",
        "[l == m for a in l]",
        "[join(l, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') for a in l]",
        "[find(l, 'a', 1) for a in [find(l, 'b', 1) for b in l + l + l + l + l]]",
        "[t in t for a in l]",
        "[upper(t) for a in l]",
        "x * x * x * x * x * x * x * x * x * x * x * x * x * x * x * x",
        "[share(100, l) for a in l + l + l + l + l]",
    ],
)
def test_a_bomb_is_stopped(text: str) -> None:
    numbers = [Decimal(n) for n in range(2_000)]
    scope = {"l": numbers, "m": list(numbers), "t": "x" * 90_000, "x": Decimal(999)}
    with pytest.raises(ExpressionFault) as caught:
        compile_expression(text).evaluate(scope)
    assert caught.value.code in {"expression-steps", "expression-number-size"}


def test_there_are_entries_enough() -> None:
    assert len(set(REFUSED)) == len(REFUSED)
    assert len(REFUSED) + len(HARMLESS) + len(SCRIPTS) >= 100


def test_a_script_cannot_grow_numbers_without_end() -> None:
    script = compile_script("x = 9\n" + "x = x * x\n" * 300)
    with pytest.raises(ExpressionFault) as caught:
        script.run({})
    assert caught.value.code == "expression-number-size"


def test_a_script_cannot_grow_texts_without_end() -> None:
    script = compile_script("x = 'xxxxxxxxxx'\n" + "x = x + x\n" * 300)
    with pytest.raises(ExpressionFault) as caught:
        script.run({})
    assert caught.value.code == "expression-text-size"


@pytest.mark.parametrize("line", ["x = [x, x]", "x = {'a': x, 'b': x}", "x = [x]", "x = x + x"])
def test_a_script_cannot_grow_lists_without_end(line: str) -> None:
    script = compile_script("x = [1]\n" + f"{line}\n" * 300)
    with pytest.raises(ExpressionFault) as caught:
        script.run({})
    assert caught.value.code in {
        "expression-steps",
        "expression-value",
        "expression-list-size",
    }


def test_a_script_cannot_keep_many_large_lists() -> None:
    lines = "\n".join(f"x{n} = [l, l, l, l, l, l, l, l]" for n in range(300))
    with pytest.raises(ExpressionFault) as caught:
        compile_script(lines).run({"l": [Decimal(0)] * 9_000})
    assert caught.value.code == "expression-steps"


def test_a_result_shares_nothing_with_the_scope() -> None:
    scope = {"antrag": {"stellen": [{"vzae": Decimal(1)}]}}
    result = compile_expression("antrag").evaluate(scope)
    result["stellen"].append("neu")
    assert scope == {"antrag": {"stellen": [{"vzae": Decimal(1)}]}}
