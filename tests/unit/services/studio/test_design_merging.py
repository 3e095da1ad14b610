"""A design beside a newer deployment: what merges by itself, and what has to be chosen."""

from hypothesis import given
from hypothesis import strategies as st

from pikflow.services.studio.design_merging import arrive, laid_over

FORM = "pikform: 1\nid: {}\ntitle: {}\n"


def form(key: str, title: str) -> bytes:
    return FORM.format(key, title).encode()


A, B = form("a", "A"), form("b", "B")


def test_other_files_merge_by_themselves() -> None:
    found = arrive({"a": A, "b": B}, {"a": A, "b": b"new"}, {"a": b"mine"}, ())
    assert (found.meetings, found.moved) == ((), ("b",))


def test_the_same_file_is_a_meeting() -> None:
    found = arrive({"a": A}, {"a": b"theirs"}, {"a": b"mine"}, ())
    (meeting,) = found.meetings
    assert (meeting.base, meeting.ours, meeting.theirs) == (A, b"mine", b"theirs")


def test_the_same_change_on_both_sides_is_settled() -> None:
    found = arrive({"a": A}, {"a": b"same"}, {"a": b"same"}, ())
    assert (found.meetings, found.settled) == ((), ("a",))


def test_removed_here_and_changed_there_is_a_meeting() -> None:
    (meeting,) = arrive({"a": A}, {"a": b"theirs"}, {}, {"a"}).meetings
    assert meeting.ours is None


def test_changed_here_and_removed_there_is_a_meeting() -> None:
    (meeting,) = arrive({"a.yaml": A}, {}, {"a.yaml": form("a", "mine")}, ()).meetings
    assert meeting.theirs is None


def test_a_form_that_only_moved_is_still_the_same() -> None:
    """`pikflow deploy` of another folder names the same form by another path."""
    now = {"srv/a.yaml": A}
    mine = {"a.yaml": form("a", "mine")}
    assert arrive({"a.yaml": A}, now, mine, ()).meetings == ()
    assert laid_over(now, mine, ()) == mine
    moved = {"srv/a.yaml": form("a", "theirs")}
    assert [m.path for m in arrive({"a.yaml": A}, moved, mine, ()).meetings] == ["a.yaml"]


def test_the_same_new_form_in_both_places_is_a_meeting() -> None:
    theirs = {"forms/x.yaml": form("x", "theirs")}
    (meeting,) = arrive({}, theirs, {"forms/x.yaml": form("x", "mine")}, ()).meetings
    assert meeting.base is None


def test_journeys_are_there_though_they_are_not_deployed() -> None:
    journey = {"weg.yaml": b"pikweg: 1\n"}
    assert laid_over({"a.yaml": A}, journey, ()) == {"a.yaml": A, **journey}


contents = st.dictionaries(st.sampled_from("abcd"), st.binary(min_size=1, max_size=2))


@given(contents, contents, contents, st.sets(st.sampled_from("abcd")))
def test_no_change_is_lost_without_being_told(
    before: dict[str, bytes], now: dict[str, bytes], texts: dict[str, bytes], gone: set[str]
) -> None:
    """A file that both sides changed to different contents is always a meeting, and only then."""
    removed = {path for path in gone if path in before} - set(texts)
    texts = {path: data for path, data in texts.items() if data != before.get(path)}
    found = arrive(before, now, texts, removed)
    for path in {*texts, *removed}:
        ours, theirs, base = texts.get(path), now.get(path), before.get(path)
        assert (path in {m.path for m in found.meetings}) == (theirs != base and theirs != ours)
    assert set(found.moved).isdisjoint({*texts, *removed})
