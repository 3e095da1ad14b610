"""Between a posted page and forms.bind: which page of the form, what was typed, what is wrong.

A form with one page is filled in and submitted there. One with more has a page to check everything
at the end, from where it is submitted; its pages are kept as a draft while one goes through them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from pikflow.errors import Invalid
from pikflow.forms.submission import bind
from pikflow.identity import Actor
from pikflow.services.views import TaskPage
from pikflow.web.flow import current_flow
from pikflow.web.i18n import language, translate

CHECK = "pruefen"  # the address of the last page of a form with several


@dataclass(frozen=True)
class Problem:
    """Something to mend: the field's label, the sentence, and where the field is."""

    label: str
    message: str
    url: str


@dataclass(frozen=True)
class Step:
    """One page of the form: its section id, title, address; `done` once it has no open error."""

    id: str
    title: str
    url: str
    current: bool


@dataclass(frozen=True)
class FormPage:
    """One page of a form as it is shown; `current` is a section id, CHECK, or "" for the only one."""

    form: Any
    current: str
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...] = ()
