"""What the catalog of a design looks like from outside, and an entry as it is typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pikflow.catalog import Catalog, Measure
from pikflow.errors import Invalid
from pikflow.texts import Sentence, say


@dataclass(frozen=True)
class CatalogView:
    """The catalog, its file and version, and what its entries can choose from.

    `processes` and `forms` are (id, title); `organisations` (id, name) of those that can decide or
    carry a measure; `roles_of_forms` the roles under which processes ask for a form; `used` the
    lanes some diagram has; `fresh` the measures this design brought.
    """

    catalog: Catalog
    file: str
    version: int
    processes: tuple[tuple[str, str], ...]
    forms: tuple[tuple[str, str], ...]
    organisations: tuple[tuple[str, str], ...]
    roles_of_forms: tuple[str, ...]
    used: frozenset[str]
    fresh: frozenset[str]

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(self.catalog.measures.values())


@dataclass(frozen=True)
class MeasureDraft:
    """An entry as typed; `forms` by role, "" for none."""

    name_de: str = ""
    name_en: str = ""
    short: str = ""
    colour: str = ""
    process: str = ""
    authority: str = ""
    carrier: str = ""
    applicants: tuple[str, ...] = ()
    starters: tuple[str, ...] = ()
    provisional: bool = False
    description_de: str = ""
    description_en: str = ""
    forms: Mapping[str, str] = field(default_factory=dict)


class EntryInvalid(Invalid):
    """An entry has errors, by field of its draft."""

    def __init__(self, errors: Mapping[str, Sentence]) -> None:
        self.errors = dict(errors)
        super().__init__(
            "entry-invalid", next(iter(errors.values())), say("Ihre Eingaben sind erhalten.")
        )
