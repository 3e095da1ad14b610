"""A measure copied as a start for a new one: everything of its own under new names, and sound."""

import re

import pytest

from pikflow.catalog import Catalog
from pikflow.connectors import Connectors
from pikflow.connectors.builtin import register_all
from pikflow.errors import Invalid
from pikflow.services import checking, parameters, rounds, sources
from pikflow.services.deployments import Deployment
from pikflow.services.studio.measure_copies import Copy, copied

FILES = sources.bundled()
CATALOG = Catalog.load(FILES["workflows/catalog.yaml"].decode())
NAME = {"de": "Siebte & „beste“ Maßnahme", "en": "Seventh measure"}
WISH = Copy("siebte", NAME, "SM")


def connectors() -> frozenset[str]:
    known = Connectors()
    register_all(known)
    return frozenset({*known.names, rounds.OPEN_ROUND})


@pytest.mark.parametrize("slug", CATALOG.measures)
def test_the_copy_of_every_measure_passes_the_check(slug: str) -> None:
    made = copied(FILES, CATALOG, slug, WISH)
    together = {**FILES, **made}
    assert checking.check(together, connectors=connectors()) == []
    deployment = Deployment.load(1, together)
    fresh, source = deployment.catalog.measures["siebte"], CATALOG.measures[slug]
    assert (fresh.name, fresh.short, fresh.provisional) == (NAME, "SM", True)
    assert fresh.process == "siebte" and deployment.processes["siebte"].label == NAME["de"]
    assert deployment.definition("siebte").process is not None
    own = {role: form for role, form in fresh.forms.items() if form not in source.forms.values()}
    assert own and all("siebte" in form for form in own.values())
    assert list(deployment.catalog.measures).index("siebte") == (
        list(deployment.catalog.measures).index(slug) + 1
    )


@pytest.mark.parametrize("slug", CATALOG.measures)
def test_nothing_of_the_source_is_changed_or_mentioned(slug: str) -> None:
    made = copied(FILES, CATALOG, slug, WISH)
    assert {p for p in made if p in FILES} == {"workflows/catalog.yaml", "workflows/parameter.yaml"}
    process = next(data.decode() for path, data in made.items() if path.endswith(".bpmn"))
    assert not re.search(rf'"(?:\w+_)?{CATALOG.measures[slug].process}(?:_di)?"', process)
    catalog = Catalog.load(made["workflows/catalog.yaml"].decode())
    assert {s: m for s, m in catalog.measures.items() if s != "siebte"} == CATALOG.measures


def test_its_rates_are_copied() -> None:
    slug = next(iter(CATALOG.measures))
    made = copied(FILES, CATALOG, slug, WISH)
    read = parameters.load(made["workflows/parameter.yaml"].decode())
    assert read.resolve("siebte", 2026) == read.resolve(slug, 2026)


def test_a_measure_without_its_process_is_refused() -> None:
    slug = next(iter(CATALOG.measures))
    files = {path: data for path, data in FILES.items() if not path.endswith(".bpmn")}
    with pytest.raises(Invalid) as caught:
        copied(files, CATALOG, slug, WISH)
    assert caught.value.code == "process-missing"
