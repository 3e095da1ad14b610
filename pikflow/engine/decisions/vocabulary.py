"""The functions and words of FEEL: what each is in our language, and what has no counterpart."""

from collections.abc import Callable

from pikflow.expressions import FUNCTIONS

SUBJECT = "dmn_wert"  # stands for the value of the column, in FEEL `?`
ENTRY = "dmn_eintrag"  # runs over the entries of a list
COMPARED = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
DATED = frozenset(
    {"year", "month", "day", "weekday", "hour", "minute", "second", "years", "months", "days"}
    | {"hours", "minutes", "seconds", "timezone"}
)
REFUSED_WORDS = {
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
    "list contains": (2, 2, lambda a, b: f"any({ENTRY} == ({b}) for {ENTRY} in ({a}))"),
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
WITHOUT_COUNTERPART = frozenset(
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
OURS = frozenset(FUNCTIONS) - FEEL_FUNCTIONS.keys() - WITHOUT_COUNTERPART
