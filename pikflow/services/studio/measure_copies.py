"""A measure once more under another name: its process, its own forms, its rates and its entry.

What several measures share (called processes, building blocks, forms another measure names too)
stays shared. Files in, files out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pikflow.catalog import Catalog, Measure
from pikflow.engine.definition import models_of
from pikflow.errors import DefinitionInvalid, Invalid
from pikflow.forms.editing.document import Document
from pikflow.forms.library import FormLibrary
from pikflow.services.deployments import kind_of, text_of
from pikflow.services.studio import catalog_texts
from pikflow.texts import say

# The tags that hold the name of a process on screen: its own, and that of its pool.
_TITLED = re.compile(r"""<(?:\w+:)?(?:process|participant)\b(?:[^>"']|"[^"]*"|'[^']*')*>""")
_NAME = re.compile(r'(?<=\s)name="[^"]*"')


@dataclass(frozen=True)
class Copy:
    """What the copy is called: `slug` in files, `name` per language and `short` in case numbers."""

    slug: str
    name: Mapping[str, str]
    short: str


def copied(files: Mapping[str, bytes], catalog: Catalog, slug: str, wish: Copy) -> dict[str, bytes]:
    """The files that are new or changed. Raises Invalid("process-missing") for a measure whose
    process is in none of the files."""
    measure = catalog.measures[slug]
    forms = _forms(catalog, measure, wish)
    made = _copied_forms(files, measure, forms, wish)
    path, text = _process(files, measure)
    process = _free(measure.process, measure, wish)
    made[_place(path, measure, wish)] = _copied_process(
        text, measure, process, forms, wish
    ).encode()
    fresh = replace(
        measure,
        slug=wish.slug,
        name=wish.name,
        short=wish.short,
        process=process,
        forms={role: forms.get(form, form) for role, form in measure.forms.items()},
        provisional=True,
    )
    for path, data in files.items():
        kind = kind_of(path, data)
        if kind == "catalog":
            made[path] = catalog_texts.add_measure(text_of(data), fresh, slug, path).encode()
        elif kind == "parameters":
            changed = catalog_texts.copy_parameters(text_of(data), slug, wish.slug, path)
            if changed != text_of(data):
                made[path] = changed.encode()
    return made


def _forms(catalog: Catalog, measure: Measure, wish: Copy) -> dict[str, str]:
    """Old id -> new id of the forms no other measure names."""
    others = {
        form
        for one in catalog.measures.values()
        if one.slug != measure.slug
        for form in one.forms.values()
    }
    own = dict.fromkeys(form for form in measure.forms.values() if form not in others)
    return {form: _free(form, measure, wish) for form in own}


def _free(name: str, measure: Measure, wish: Copy) -> str:
    """A name with the measure's in it gets the new one there, any other behind it."""
    if measure.slug in name:
        return name.replace(measure.slug, wish.slug)
    return f"{name}_{wish.slug}"


def _place(path: str, measure: Measure, wish: Copy) -> str:
    """Where the copy of a file lies: beside it or in a folder beside its folder."""
    if measure.slug in path:
        return path.replace(measure.slug, wish.slug)
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{wish.slug}_{name}"


def _copied_forms(
    files: Mapping[str, bytes], measure: Measure, forms: Mapping[str, str], wish: Copy
) -> dict[str, bytes]:
    library = FormLibrary.load(
        {path: text_of(data) for path, data in files.items() if kind_of(path, data) == "form"}
    )
    made = {}
    for old, new in forms.items():
        schema = library.forms.get(old)
        if schema is None:
            continue
        document = Document(text_of(files[schema.file]), schema.file).put(("id",), new)
        text = _retitled(document, measure, wish).text
        made[_place(schema.file, measure, wish)] = text.encode()
    return made


def _retitled(document: Document, measure: Measure, wish: Copy) -> Document:
    """The form's title with the new name where it has the old one."""
    for language, before in measure.name.items():
        title = document.value(("title", language))
        if isinstance(title, str) and before.casefold() in title.casefold():
            after = wish.name.get(language) or wish.name["de"]
            parts = re.split(re.escape(before), title, flags=re.IGNORECASE)
            fresh = after.join(parts)
            document = document.put(("title", language), fresh)
    return document


def _process(files: Mapping[str, bytes], measure: Measure) -> tuple[str, str]:
    for path, data in files.items():
        if kind_of(path, data) != "bpmn":
            continue
        try:
            known = {key for model in models_of({path: data}) for key in model.processes}
        except DefinitionInvalid:
            continue
        if measure.process in known:
            return path, text_of(data)
    raise Invalid(
        "process-missing",
        say("Der Ablauf dieser Maßnahme fehlt oder hat Fehler."),
        say("Prüfen Sie den Entwurf, und kopieren Sie die Maßnahme dann."),
    )


def _copied_process(
    text: str, measure: Measure, process: str, forms: Mapping[str, str], wish: Copy
) -> str:
    """Ids that are or end with the process's id, forms that are copied too, and names on screen."""
    old = re.escape(measure.process)
    text = re.sub(rf'(?<=")((?:[A-Za-z]\w*_)?){old}(?=(?:_di)?")', rf"\g<1>{process}", text)
    for before, after in forms.items():
        text = text.replace(f'form="{before}"', f'form="{after}"')
    if measure.slug != measure.process:
        text = text.replace(f"'{measure.slug}'", f"'{wish.slug}'")
    name = f'name="{_attribute(wish.name["de"])}"'
    return _TITLED.sub(
        lambda tag: (
            _NAME.sub(lambda _: name, tag[0], count=1) if f'"{process}"' in tag[0] else tag[0]
        ),
        text,
    )


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
