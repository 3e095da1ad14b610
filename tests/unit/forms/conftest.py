"""The full form, and the macros in plain Jinja."""

from collections.abc import Callable
from typing import Any

import jinja2
import pytest

from pikflow.forms.schema import FormSchema
from pikflow.web import __file__ as web

from .samples import CONTEXT, FULL, GOOD, form, load


@pytest.fixture(scope="session")
def full() -> FormSchema:
    return load(FULL, "forms/alles.yaml")


@pytest.fixture
def case() -> dict[str, Any]:
    return CONTEXT


@pytest.fixture
def good() -> dict[str, Any]:
    return GOOD


@pytest.fixture(scope="session")
def make() -> Callable[..., FormSchema]:
    """A form of one section from the YAML lines of its fields."""
    return form


@pytest.fixture(scope="session")
def render() -> Callable[..., str]:
    """The macros in plain Jinja, strict about unknown names; without a browser or an app."""
    folder = web.replace("__init__.py", "templates")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = lambda text, **values: text % values if values else text

    def run(source: str, **values: Any) -> str:
        return environment.from_string(source).render(**values)

    return run
