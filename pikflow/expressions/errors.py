"""What can go wrong with an expression: its text, or its evaluation."""

from pikflow.errors import EngineFault, Invalid


class ExpressionError(Invalid):
    """The text is no expression of our language.

    `column` is 1-based and counts characters of the text as it was given; `line` is the 1-based
    line of a script, 0 for a single expression. `reason` is the message without the position.
    Codes: expression-empty, expression-too-long, expression-too-deep, expression-character,
    expression-foreign, expression-number, expression-text, expression-name, expression-function,
    expression-syntax, expression-forbidden, script-line, script-target, script-too-long.
    """

    def __init__(
        self, code: str, reason: str, hint: str = "", *, column: int = 1, line: int = 0
    ) -> None:
        place = f"Zeile {line}, Spalte {column}" if line else f"Spalte {column}"
        super().__init__(code, f"{place}: {reason}", hint)
        self.reason = reason
        self.column = column
        self.line = line


class ExpressionFault(EngineFault):
    """An evaluation was stopped: a limit was reached or the scope holds what is no value.

    Codes: expression-steps, expression-list-size, expression-text-size, expression-number-size,
    expression-value.
    """


def steps_fault() -> ExpressionFault:
    """The evaluation takes more than the allowed 100,000 steps."""
    return ExpressionFault(
        "expression-steps",
        "Die Berechnung wurde abgebrochen, weil sie zu viele Schritte braucht.",
        "Kürzere Listen auswerten oder verschachtelte Schleifen vermeiden.",
    )


def list_fault() -> ExpressionFault:
    """A list has more than 10,000 entries."""
    return ExpressionFault(
        "expression-list-size",
        "Die Berechnung wurde abgebrochen, weil eine Liste mehr als 10.000 Einträge hat.",
        "Die Liste vorher eingrenzen.",
    )


def text_fault() -> ExpressionFault:
    """A text grows beyond 100,000 characters."""
    return ExpressionFault(
        "expression-text-size",
        "Die Berechnung wurde abgebrochen, weil ein Text länger als 100.000 Zeichen wird.",
        "Weniger Text aneinanderhängen.",
    )


def number_fault() -> ExpressionFault:
    """A number reaches 10**30 or is none that can be computed with."""
    return ExpressionFault(
        "expression-number-size",
        "Die Berechnung wurde abgebrochen, weil eine Zahl zu groß wird.",
        "Die eingegebenen Zahlen prüfen; mehr als 30 Stellen vor dem Komma gibt es nicht.",
    )


def value_fault() -> ExpressionFault:
    """The scope holds something that is no value of case data, or is nested too deeply."""
    return ExpressionFault(
        "expression-value",
        "Die Berechnung wurde abgebrochen, weil die Daten einen unbekannten Wert enthalten.",
        "Erlaubt sind Zahlen, Texte, Ja/Nein, Datum, Listen und Verzeichnisse.",
    )
