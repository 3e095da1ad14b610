"""Sentences for people that can be said in another language afterwards.

German is the source. A Sentence is its German text, so logs, tests and the command line just print
it; it also keeps what it was made of, so that web/ can look its template up in the catalogue.
"""

from collections.abc import Callable
from datetime import date

Translate = Callable[[str], str]


class Sentence(str):
    """A German text made from `template`, with `values` in the places named in braces.

    A value may be a Sentence itself, a tuple for an enumeration ("A, B und C") or a day.
    """

    template: str
    values: dict[str, object]

    def to(self, translate: Translate) -> str:
        """The same with every template in it translated."""
        return _fill(self.template, self.values, translate)


def say(template: str, /, **values: object) -> Sentence:
    """A sentence for people; the template is marked for the catalogue of translations."""
    made = Sentence(_fill(template, values, str))
    made.template = template
    made.values = values
    return made


def _fill(template: str, values: dict[str, object], translate: Translate) -> str:
    told = {name: _tell(value, translate) for name, value in values.items()}
    return translate(template).format(**told)


def _tell(value: object, translate: Translate) -> str:
    if isinstance(value, Sentence):
        return value.to(translate)
    if isinstance(value, tuple):
        *most, last = [_tell(one, translate) for one in value] or [""]
        return f"{', '.join(most)} {translate(_AND.template)} {last}" if most else last
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value)


_AND = say("und")
