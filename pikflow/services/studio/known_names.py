"""The names that are known at each element of a process, for the completion of expressions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pikflow.engine.checks.knowledge import Known, Provider
from pikflow.engine.facts import FormFacts
from pikflow.services.checking import Examined


@dataclass(frozen=True)
class Name:
    """A dotted name; `type` is that of the form field it comes from, "" where no form tells it;
    `sure`: it is there on every way."""

    name: str
    type: str = ""
    sure: bool = True


def known_names(examined: Examined, file: str) -> dict[str, tuple[Name, ...]]:
    """Element id of a BPMN file -> the names known there, in alphabetical order."""
    forms = examined.forms or {}
    known = examined.flow.known(file)
    return {
        element: tuple(sorted(_names(at, forms), key=lambda n: n.name))
        for element, at in known.items()
    }


def _names(known: Known, forms: Mapping[str, FormFacts]) -> Iterator[Name]:
    for root, sources in known.may.items():
        sure = root in known.must
        found = {root: _type(sources, "", forms)}
        for provider in sources:
            for path in provider.names or ():
                for part in _prefixes(path):
                    found[f"{root}.{part}"] = _type(sources, part, forms)
        for name, kind in found.items():
            path = name.partition(".")[2]
            yield Name(name, kind, sure and all(provider.gives(path) for provider in sources))


def _prefixes(path: str) -> Iterator[str]:
    """a, a.b and a.b.c of a.b.c."""
    parts = path.split(".")
    return (".".join(parts[: n + 1]) for n in range(len(parts)))


def _type(sources: frozenset[Provider], path: str, forms: Mapping[str, FormFacts]) -> str:
    """The type all forms agree on that bring the name."""
    types = set()
    for provider in sources:
        facts = forms.get(provider.form)
        field = f"{provider.base}.{path}".strip(".")
        types.add(facts.types.get(field, "") if facts and field else "")
    return types.pop() if len(types) == 1 else ""
