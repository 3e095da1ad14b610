"""An entry of the catalog changed in its text: comments, order and quotes of the rest stay."""

from dataclasses import replace

import pytest

from pikflow.catalog import Catalog, Lane
from pikflow.errors import DefinitionInvalid, NotFound
from pikflow.services import sources
from pikflow.services.studio import catalog_texts

TEXT = sources.bundled()["workflows/catalog.yaml"].decode()
CATALOG = Catalog.load(TEXT)


@pytest.mark.parametrize("slug", CATALOG.measures)
def test_saving_an_entry_unchanged_changes_nothing(slug: str) -> None:
    assert catalog_texts.put_measure(TEXT, CATALOG.measures[slug]) == TEXT


@pytest.mark.parametrize("name", CATALOG.lanes)
def test_saving_a_lane_unchanged_changes_nothing(name: str) -> None:
    assert catalog_texts.put_lane(TEXT, CATALOG.lanes[name]) == TEXT


def test_only_what_changed_is_written_and_comments_stay() -> None:
    measure = next(iter(CATALOG.measures.values()))
    fresh = replace(measure, colour="rot", provisional=True, starters=measure.applicants)
    after = catalog_texts.put_measure(TEXT, fresh)
    assert Catalog.load(after).measures[measure.slug] == fresh
    assert [line for line in TEXT.splitlines() if "#" in line] == [
        line for line in after.splitlines() if "#" in line
    ]
    gone = set(TEXT.splitlines()) - set(after.splitlines())
    assert all("starters" in line for line in gone)


def test_a_measure_is_added_behind_another_and_dropped_again() -> None:
    first, second, *_ = CATALOG.measures
    fresh = replace(CATALOG.measures[first], slug="neu", short="NEU")
    after = catalog_texts.add_measure(TEXT, fresh, first)
    assert list(Catalog.load(after).measures)[:3] == [first, "neu", second]
    assert catalog_texts.drop_measure(after, "neu") == TEXT


def test_the_order_changes_by_one_place_and_not_beyond_the_ends() -> None:
    slugs = list(CATALOG.measures)
    down = catalog_texts.move_measure(TEXT, slugs[0], 1)
    assert list(Catalog.load(down).measures) == [slugs[1], slugs[0], *slugs[2:]]
    assert Catalog.load(catalog_texts.move_measure(down, slugs[0], -1)) == CATALOG
    assert catalog_texts.move_measure(TEXT, slugs[0], -1) == TEXT
    assert catalog_texts.move_measure(TEXT, slugs[-1], 1) == TEXT


def test_lanes_and_roles_are_added_changed_and_dropped() -> None:
    lane = Lane("Verband", next(iter(CATALOG.roles)), "any", (next(iter(CATALOG.kinds)),))
    after = catalog_texts.put_lane(TEXT, lane)
    assert Catalog.load(after).lanes["Verband"] == lane
    assert catalog_texts.drop_lane(after, "Verband") == TEXT
    named = catalog_texts.put_role(TEXT, "leitung", "Leitung: Referat")
    assert Catalog.load(named).roles["leitung"] == "Leitung: Referat"


def test_an_unknown_measure_and_an_unknown_colour_are_refused() -> None:
    measure = next(iter(CATALOG.measures.values()))
    with pytest.raises(NotFound):
        catalog_texts.put_measure(TEXT, replace(measure, slug="gibt_es_nicht"))
    with pytest.raises(DefinitionInvalid) as caught:
        catalog_texts.put_measure(TEXT, replace(measure, colour="kariert"))
    assert "kariert" in caught.value.message
