"""Where a field of a form is read: in forms, processes, decisions and journeys; and renaming it
in all of them at once.

A task keeps its answers under the name of its result (`antrag`), or right in the case. Processes
that call each other share their data, so a name is followed through all of them. Where a shared
process reads the same name from the forms of several measures, it is the same name: these forms
are renamed together, or the process would lose one of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from pikflow.engine import mentions as diagrams
from pikflow.errors import DefinitionInvalid, Invalid, Refused
from pikflow.forms.editing import uses
from pikflow.forms.editing.document import Document
from pikflow.forms.editing.tree import Node, Tree
from pikflow.forms.editing.uses import Names
from pikflow.forms.properties import IDENTIFIER, RESERVED
from pikflow.services.deployments import BY_MEASURE, kind_of, text_of
from pikflow.services.studio.form_stages import catalog_of, models, rates_of
from pikflow.texts import say


@dataclass(frozen=True)
class FieldUse:
    """One place: `kind` is form, process, decision or journey; `part` the pointer inside a form or
    the id of the element; `whole`: data are handed on in which the field is, so have a look."""

    path: str
    kind: str
    line: int
    part: str
    property: str
    text: str
    whole: bool = False


@dataclass(frozen=True)
class FieldUses:
    """`forms` are the paths of all forms (and building blocks) in which the field is meant, `uses`
    the places that name it, in files and lines."""

    name: Names
    forms: tuple[str, ...]
    uses: tuple[FieldUse, ...]

    @property
    def binding(self) -> tuple[FieldUse, ...]:
        """The places that stop working without the field."""
        return tuple(use for use in self.uses if not use.whole)


def find(files: Mapping[str, bytes], path: str, name: Names) -> FieldUses:
    """Every place that names a field which is written in the form file at `path`."""
    world = _World(files)
    spread = world.spread(path, name)
    found = sorted(set(world.places(spread, name)), key=lambda use: (use.path, use.line, use.part))
    return FieldUses(name, tuple(sorted(spread.definitions)), tuple(found))


def rename(files: Mapping[str, bytes], path: str, name: Names, new: str) -> dict[str, bytes]:
    """The files that change when the field gets another name: its form and whatever reads it.

    Raises Invalid("form-id") for a word that is no name, Refused("name-taken") and
    Refused("name-set") when the name can't be changed everywhere.
    """
    if not IDENTIFIER.fullmatch(new) or new in RESERVED:
        raise Invalid(
            "form-id",
            say("„{name}“ taugt nicht als Bezeichner.", name=new[:60]),
            say("Kleinbuchstaben, Ziffern und Unterstrich, beginnend mit einem Buchstaben."),
        )
    if new == name[-1]:
        return {}
    world = _World(files)
    spread = world.spread(path, name)
    world.require_free(spread, name, new)
    return world.renamed(spread, name, new)


def case_names(files: Mapping[str, bytes], form: str) -> tuple[str, ...]:
    """Names of the case a form may read, for completion: what every case has, the rates, and what
    other steps of its processes say (of all processes for a form that is in none yet)."""
    world = _World(files)
    mine = {family for family, one, _, _ in world.tasks if one == form}
    found = {"heute", "actor.name", "vorgang.jahr", "vorgang.nummer", "vorgang.antragsteller.name"}
    for family, one, prefix, _ in world.tasks:
        if one != form and (not mine or family in mine):
            found |= {".".join((*prefix, *name)) for name in world.fields.get(one, ())
                      if len(name) == 1}  # fmt: skip
    rates = rates_of(files)
    for group in (rates.everywhere, *rates.measures.values()):
        found |= {f"params.{name}" for name in group}
    return tuple(sorted(found))


@dataclass
class _Spread:
    """How far a name reaches: forms by id, and per family of processes the prefixes it has there
    (("antrag",), or () for answers that stand right in the case)."""

    forms: set[str] = field(default_factory=set)
    prefixes: set[tuple[int, Names]] = field(default_factory=set)
    definitions: set[str] = field(default_factory=set)


class _World:
    """The files of a design as far as names go through them; what can't be read is left out."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.texts: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        self.trees: dict[str, Tree] = {}
        for path, data in files.items():
            kind = kind_of(path, data)
            self.kinds[path], self.texts[path] = kind, text_of(data)
            if kind in ("form", "journey") and (tree := _tree(self.texts[path], path)):
                self.trees[path] = tree
        self.models = models(files)
        self.catalog = catalog_of(files)

    # Forms and their building blocks.

    @cached_property
    def forms(self) -> dict[str, str]:
        """Paths of forms by id."""
        return {
            str(tree.data.get("id")): path
            for path, tree in self.trees.items()
            if "pikform" in tree.data
        }

    @cached_property
    def parts(self) -> dict[str, frozenset[str]]:
        """The files a form consists of, by its id."""
        return {form: self._files_of(path) for form, path in self.forms.items()}

    def _files_of(self, path: str) -> frozenset[str]:
        found: set[str] = set()
        waiting = [path]
        while waiting:
            one = waiting.pop()
            if one in found:
                continue
            found.add(one)
            waiting += [block for name in uses.includes(self.trees[one])
                        if (block := self._block(name))]  # fmt: skip
        return frozenset(found)

    def _block(self, name: str) -> str | None:
        wanted = "/" + name.removesuffix(".yaml").strip("/") + "."
        return next(
            (
                path
                for path, tree in sorted(self.trees.items())
                if "pikbaustein" in tree.data and wanted in f"/{path}"
            ),
            None,
        )

    @cached_property
    def fields(self) -> dict[str, frozenset[Names]]:
        """The names of a form's fields, building blocks included, by its id."""
        return {
            form: frozenset(name for path in files for name in uses.field_names(self.trees[path]))
            for form, files in self.parts.items()
        }

    def _with_file(self, path: str) -> set[str]:
        return {form for form, files in self.parts.items() if path in files}

    # Processes.

    @cached_property
    def families(self) -> dict[str, int]:
        """Which processes share their data: a number by process id."""
        found: dict[str, int] = {}
        for model in self.models.values():
            for key in model.processes:
                found[key] = len(found)
        for model in self.models.values():
            for key, process in model.processes.items():
                for node in process.nodes.values():
                    if node.called in found and found[node.called] != found[key]:
                        old, new = found[node.called], found[key]
                        found = {one: new if at == old else at for one, at in found.items()}
        return found

    @cached_property
    def tasks(self) -> list[tuple[int, str, Names, str]]:
        """(family, form id, prefix of its answers, task name) of every step with a form."""
        found = []
        for model in self.models.values():
            for key, process in model.processes.items():
                for node in process.nodes.values():
                    form = node.attributes.get("form", "")
                    result = node.attributes.get("result", "")
                    prefix: Names = (result,) if result else ()
                    found += [
                        (self.families[key], one, prefix, node.label)
                        for one in self._form_ids(form, self.families[key])
                    ]
        return found

    def _form_ids(self, form: str, family: int) -> Iterator[str]:
        if form.startswith(BY_MEASURE) and self.catalog is not None:
            role = form.removeprefix(BY_MEASURE)
            for measure in self.catalog.measures.values():
                if self.families.get(measure.process) == family and role in measure.forms:
                    yield measure.forms[role]
        elif form:
            yield form

    def _processes(self, family: int) -> frozenset[str]:
        return frozenset(key for key, number in self.families.items() if number == family)

    # How far a name reaches.

    def spread(self, path: str, name: Names) -> _Spread:
        """Forms are taken in until none is missing that shares a building block or a reader."""
        spread = _Spread()
        waiting = self._with_file(path)
        spread.definitions.add(path)
        while waiting:
            spread.forms |= waiting
            for form in waiting:
                spread.definitions |= {
                    file for file in self.parts[form] if uses.definition(self.trees[file], name)
                }
            waiting = (self._in_blocks(spread, name) | self._in_processes(spread, name)) - (
                spread.forms
            )
        return spread

    def _in_blocks(self, spread: _Spread, name: Names) -> set[str]:
        """Forms that have the field and share a file that defines or names it."""
        shared = {
            file
            for form in spread.forms
            for file in self.parts[form]
            if file in spread.definitions or uses.places(self.trees[file], name, own=True)
        }
        return {
            form for file in shared for form in self._with_file(file) if name in self.fields[form]
        }

    def _in_processes(self, spread: _Spread, name: Names) -> set[str]:
        """Forms whose answers are read under the same name in the same processes."""
        spread.prefixes = {
            (family, prefix) for family, form, prefix, _ in self.tasks if form in spread.forms
        }
        read = {one for one in spread.prefixes if self._is_read(*one, name)}
        return {
            form
            for family, form, prefix, _ in self.tasks
            if (family, prefix) in read and name in self.fields.get(form, ())
        }

    def _is_read(self, family: int, prefix: Names, name: Names) -> bool:
        full = (*prefix, *name)
        if any(use.names(full) for _, use in self._diagram_uses(family)):
            return True
        return any(
            uses.places(self.trees[file], full, own=False)
            for file in self._reading_files(family, full)
        )

    def _reading_files(self, family: int, full: Names) -> Iterator[str]:
        """Files of forms in a family that take this name from the case, not from themselves."""
        for form in {form for number, form, _, _ in self.tasks if number == family}:
            if form in self.parts and (full[0],) not in self.fields[form]:
                yield from self.parts[form]

    def _diagram_uses(self, family: int) -> Iterator[tuple[str, diagrams.Use]]:
        processes = self._processes(family)
        for path, all_uses in self._all_diagram_uses.items():
            for use in all_uses:
                if use.process in processes or self.kinds[path] == "dmn":
                    yield path, use

    @cached_property
    def _all_diagram_uses(self) -> dict[str, tuple[diagrams.Use, ...]]:
        return {
            path: _diagram_uses(self.texts[path])
            for path, kind in self.kinds.items()
            if kind in ("bpmn", "dmn")
        }

    # The places, and what they become.

    def places(self, spread: _Spread, name: Names) -> Iterator[FieldUse]:
        for file in self._own_files(spread):
            yield from self._form_uses(file, name, own=True)
        for family, prefix in spread.prefixes:
            full = (*prefix, *name)
            for file in set(self._reading_files(family, full)):
                yield from self._form_uses(file, full, own=False)
            for file, use in self._diagram_uses(family):
                named, whole = use.names(full), use.kind != "show" and use.hands_on(full)
                if named or whole:
                    kind = "process" if self.kinds[file] == "bpmn" else "decision"
                    yield FieldUse(file, kind, use.line, use.element, use.kind, use.text, not named)
        for file, path, _ in self._journey_keys(spread, name):
            line = int(self.trees[file].key(path).start_mark.line) + 1  # type: ignore[union-attr]
            yield FieldUse(file, "journey", line, "", "antworten", str(path[-1]))

    def _own_files(self, spread: _Spread) -> set[str]:
        return {file for form in spread.forms for file in self.parts[form]} | spread.definitions

    def _form_uses(self, file: str, name: Names, *, own: bool) -> Iterator[FieldUse]:
        for place in uses.places(self.trees[file], name, own=own):
            yield FieldUse(
                file, "form", place.line, place.part, place.property, place.text, place.whole
            )

    def _journey_keys(
        self, spread: _Spread, name: Names
    ) -> Iterator[tuple[str, tuple[str | int, ...], Names]]:
        """Answers in journeys to tasks with one of these forms."""
        labels = {label for _, form, _, label in self.tasks if form in spread.forms}
        for file, kind in self.kinds.items():
            if kind != "journey" or file not in self.trees:
                continue
            for path, _ in self.trees[file].walk():
                if "antworten" not in path[:-1] or not isinstance(path[-1], str):
                    continue
                at = path.index("antworten")
                if self.trees[file].value((*path[:at], "aufgabe")) in labels:
                    steps = tuple(step for step in path[at + 1 :] if isinstance(step, str))
                    if steps == name:
                        yield file, path, steps

    def require_free(self, spread: _Spread, name: Names, new: str) -> None:
        """Refuse a name that something else has already."""
        renamed = (*name[:-1], new)
        for form in sorted(spread.forms):
            if renamed in self.fields[form]:
                raise Refused(
                    "name-taken",
                    say("Ein Feld „{name}“ gibt es schon in „{form}“.", name=new, form=form),
                    say("Wählen Sie einen anderen Namen."),
                )
        bare = {family for family, prefix in spread.prefixes if not prefix}
        for path, kind in self.kinds.items():
            if len(name) > 1 or kind != "bpmn":
                continue
            for family in bare:
                held = diagrams.sets(self.texts[path], self._processes(family)) & {name[0], new}
                if held:
                    raise Refused(
                        "name-set",
                        say(
                            "Ein Skript in „{path}“ setzt „{name}“ selbst.",
                            path=path,
                            name=sorted(held)[0],
                        ),
                        say("Ändern Sie zuerst das Skript, oder wählen Sie einen anderen Namen."),
                    )

    def renamed(self, spread: _Spread, name: Names, new: str) -> dict[str, bytes]:
        found: dict[str, str] = {}

        def now(file: str) -> str:
            return found.get(file, self.texts[file])

        for file in self._own_files(spread):
            found[file] = uses.rename(now(file), name, new, own=True)
        for family, prefix in spread.prefixes:
            full = (*prefix, *name)
            for file in set(self._reading_files(family, full)):
                found[file] = uses.rename(now(file), full, new, own=False)
            processes = self._processes(family)
            for file, all_uses in self._all_diagram_uses.items():
                within = processes
                if self.kinds[file] == "dmn":
                    within = frozenset(use.process for use in all_uses)
                found[file] = diagrams.renamed(now(file), full, new, within)
        found |= self._renamed_journeys(spread, name, new)
        return {
            file: text.encode("utf-8") for file, text in found.items() if text != self.texts[file]
        }

    def _renamed_journeys(self, spread: _Spread, name: Names, new: str) -> dict[str, str]:
        words: dict[str, list[tuple[Node, str]]] = {}
        for file, path, _ in self._journey_keys(spread, name):
            words.setdefault(file, []).append((self.trees[file].key(path), new))
        return {file: Document(self.texts[file]).reword(found).text
                for file, found in words.items()}  # fmt: skip


@lru_cache(maxsize=512)
def _tree(text: str, path: str) -> Tree | None:
    try:
        return Tree(text, path)
    except DefinitionInvalid:
        return None


@lru_cache(maxsize=64)
def _diagram_uses(text: str) -> tuple[diagrams.Use, ...]:
    return tuple(diagrams.uses(text))
