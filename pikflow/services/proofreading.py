"""Remarks on the words of definition files that belong together: text care without AI."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pikflow.catalog import Catalog
from pikflow.engine.definition import models_of
from pikflow.engine.model import Model
from pikflow.engine.passages import forms_by_lane
from pikflow.engine.passages import passages_of as passages_of_model
from pikflow.errors import DefinitionInvalid, Finding
from pikflow.forms.library import FormLibrary
from pikflow.forms.passages import passages_of as passages_of_form
from pikflow.forms.passages import questions_of, sources_of
from pikflow.forms.source import Block, read
from pikflow.proofreading.passages import Passage, Question, words
from pikflow.proofreading.reading import proofread as remarks
from pikflow.proofreading.terms import Terms
from pikflow.services.deployments import BY_MEASURE, kind_of, text_of


def proofread(files: Mapping[str, bytes], *, only: Iterable[str] | None = None) -> list[Finding]:
    """The remarks on files that belong together, by file and line; `only` those on some of them.

    A file that can't be read has no remarks: what is wrong with it, the check says.
    """
    kinds: dict[str, dict[str, bytes]] = defaultdict(dict)
    for path, data in files.items():
        kinds[kind_of(path, data)][path] = data
    terms, catalog = _terms(kinds["terms"]), _catalog(kinds["catalog"])
    library = FormLibrary.load({path: text_of(data) for path, data in kinds["form"].items()})
    models = list(_models(kinds["bpmn"]))
    passages = [
        *_of_forms(kinds["form"]),
        *(passage for model in models for passage in passages_of_model(model)),
        *_of_catalog(kinds["catalog"]),
    ]
    found = remarks(
        passages,
        list(_questions(library, models, catalog)),
        _with_names(terms, catalog),
        pages=_pages(library),
        families=[list(measure.forms.values()) for measure in catalog.measures.values()],
    )
    wanted = None if only is None else set(only)
    return [one for one in found if wanted is None or one.file in wanted]


def _terms(files: Mapping[str, bytes]) -> Terms:
    for path, data in files.items():
        try:
            return Terms.load(text_of(data), path)
        except DefinitionInvalid:
            continue
    return Terms()


def _catalog(files: Mapping[str, bytes]) -> Catalog:
    for path, data in files.items():
        try:
            return Catalog.load(text_of(data), path)
        except DefinitionInvalid:
            continue
    return Catalog({}, {}, {}, {})


def _models(files: Mapping[str, bytes]) -> Iterator[Model]:
    for path, data in files.items():
        try:
            yield from models_of({path: data})
        except DefinitionInvalid:
            continue


def _of_forms(files: Mapping[str, bytes]) -> Iterator[Passage]:
    for path, data in files.items():
        try:
            yield from passages_of_form(read(text_of(data), path), path)
        except DefinitionInvalid:
            continue


def _of_catalog(files: Mapping[str, bytes]) -> Iterator[Passage]:
    """Names and descriptions of the measures, with the lines they stand in."""
    for path, data in files.items():
        try:
            measures = read(text_of(data), path).get("measures")
        except DefinitionInvalid:
            continue
        for entry in measures if isinstance(measures, list) else ():
            if isinstance(entry, Block):
                yield from _of_measure(entry, path)


def _of_measure(entry: Block, path: str) -> Iterator[Passage]:
    for part in ("name", "description"):
        words = entry.get(part)
        if isinstance(words, Block) and words.get("de"):
            de, en = str(words["de"]), str(words.get("en") or "")
            yield Passage(path, entry.at(part), str(entry.get("slug", "")), part, de, en)


def _questions(
    library: FormLibrary, models: Sequence[Model], catalog: Catalog
) -> Iterator[Question]:
    lanes: dict[str, set[str]] = defaultdict(set)
    for model in models:
        for form, lane in forms_by_lane(model):
            for form_id in _named(form, catalog):
                lanes[form_id].add(lane)
    for schema in library.forms.values():
        asked_by = frozenset(lanes.get(schema.id, ()))
        for question in questions_of(schema):
            yield question.asked_by(asked_by)


def _named(form: str, catalog: Catalog) -> set[str]:
    """The forms a task's pik:form can mean."""
    if not form.startswith(BY_MEASURE):
        return {form}
    role = form.removeprefix(BY_MEASURE)
    return {m.forms[role] for m in catalog.measures.values() if role in m.forms}


def _pages(library: FormLibrary) -> dict[str, list[frozenset[str]]]:
    """For each file the sets of files it is shown with, one for each form it is in."""
    pages: dict[str, list[frozenset[str]]] = defaultdict(list)
    for schema in library.forms.values():
        together = sources_of(schema)
        for file in together:
            pages[file].append(together)
    return pages


def _with_names(terms: Terms, catalog: Catalog) -> Terms:
    """A measure's own name is no abbreviation to explain."""
    names = (word for m in catalog.measures.values() for t in m.name.values() for word in words(t))
    short = {word for word in names if sum(letter.isupper() for letter in word) > 1}
    return replace(terms, known=terms.known | short)
