"""Which names a case has at a place of the diagram, and where they come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pikflow.engine.facts import FormFacts


@dataclass(frozen=True)
class Provider:
    """Where a name comes from.

    `names` are the dotted names below it, None when anything may follow the dot; `form` is the
    form that gives it ("" for scripts and the rest), `base` the field it is in that form ("" when
    the name stands for all answers).
    """

    form: str = ""
    base: str = ""
    names: frozenset[str] | None = None

    def gives(self, path: str) -> bool:
        """Whether `path` (below the name) may exist; parts of a value without known parts may."""
        if self.names is None or not path:
            return True
        if any(name == path or name.startswith(f"{path}.") for name in self.names):
            return True
        known = max((n for n in self.names if path.startswith(f"{n}.")), key=len, default=None)
        return known is not None and not any(n.startswith(f"{known}.") for n in self.names)


OPEN = Provider()
Sources = frozenset[Provider]


@dataclass(frozen=True)
class Known:
    """`may` maps each name that can be there to its providers; `must` are there on every way.

    `wild` says that something whose names nobody knows was stored before.
    """

    may: Mapping[str, Sources] = field(default_factory=dict)
    must: frozenset[str] = frozenset()
    wild: bool = False

    def key(self) -> tuple[object, ...]:
        """Equal for equal knowledge, and hashable."""
        return frozenset(self.may.items()), self.must, self.wild

    def plus(self, more: Mapping[str, Sources], *, wild: bool = False) -> "Known":
        """Afterwards these names are there, and come from nowhere else."""
        return Known({**self.may, **more}, self.must.union(more), self.wild or wild)

    def without(self, names: Iterable[str], before: "Known") -> "Known":
        """Local names end: each is again what it was `before`."""
        gone = set(names)
        may = {name: sources for name, sources in self.may.items() if name not in gone}
        may.update({name: before.may[name] for name in gone if name in before.may})
        return Known(may, (self.must - gone) | (before.must & gone), self.wild)

    def possibly(self, other: "Known") -> "Known":
        """Sure is only what this one knows; the other's names may be there too."""
        merged = merge([self, other])
        return Known(merged.may, self.must, merged.wild)


def merge(states: Iterable[Known], *, together: bool = False) -> Known:
    """Where ways meet: sure is what all bring; `together` (a parallel join) what any brings."""
    listed = list(states)
    if not listed:
        return Known()
    if len(listed) == 1:
        return listed[0]
    may = dict(listed[0].may)
    for state in listed[1:]:
        for name, sources in state.may.items():
            known = may.setdefault(name, sources)
            if known is not sources:  # most come from the same place; a union costs a lot
                may[name] = known | sources
    musts = [state.must for state in listed]
    must = frozenset().union(*musts) if together else frozenset.intersection(*musts)
    return Known(may, must, any(state.wild for state in listed))


def from_start(names: Iterable[str]) -> Known:
    """The data every case begins with; dotted names say exactly what is below their first part."""
    below: dict[str, set[str]] = {}
    for name in names:
        root, _, path = name.partition(".")
        below.setdefault(root, set()).update({path} if path else set())
    sources = {
        root: frozenset({Provider(names=frozenset(paths) if paths else None)})
        for root, paths in below.items()
    }
    return Known().plus(sources)


def of_form(form_id: str, facts: FormFacts) -> Provider:
    """All answers of a form under one name."""
    return Provider(form_id, "", facts.provides)


def spread(form_id: str, facts: FormFacts) -> dict[str, Sources]:
    """The answers of a form, each under its own name."""
    roots: dict[str, set[str]] = {}
    for name in facts.provides:
        root, _, path = name.partition(".")
        roots.setdefault(root, set()).update({path} if path else set())
    return {
        root: frozenset({Provider(form_id, root, frozenset(paths) if paths else None)})
        for root, paths in roots.items()
    }


def rows_of(known: Known, collection: str) -> Sources:
    """What an entry of the list `collection` is made of, as far as the list is known."""
    root, _, path = collection.strip().partition(".")
    found = set()
    for provider in known.may.get(root, frozenset()):
        if provider.names is None:
            return frozenset({OPEN})
        prefix = f"{path}." if path else ""
        names = {name[len(prefix) :] for name in provider.names if name.startswith(prefix)}
        base = f"{provider.base}.{path}".strip(".")
        found.add(Provider(provider.form, base, frozenset(names) or None))
    return frozenset(found) or frozenset({OPEN})
