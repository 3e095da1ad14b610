"""Definitions and their cache."""

import pytest
from case_driver import bpmn, file, process_xml

from pikflow.engine.cache import Cache
from pikflow.engine.definition import Definition, digest_of
from pikflow.errors import DefinitionInvalid


def test_the_same_files_give_the_same_definition() -> None:
    files = {"a.bpmn": bpmn("start > a > end")}
    first = Definition.build(files, "p")
    assert Definition.build(dict(files), "p") is first and first.hash == digest_of(files, "p")


def test_another_content_gives_another_definition() -> None:
    first = Definition.build({"a.bpmn": bpmn("start > a > end")}, "p")
    other = Definition.build({"a.bpmn": bpmn("start > b > end")}, "p")
    assert first.hash != other.hash
    assert first.node("p", "a") is not None and other.node("p", "a") is None


def test_only_processes_that_can_be_reached_are_built() -> None:
    caller = process_xml("start > ruf > end", '<callActivity id="ruf" calledElement="q"/>')
    called = process_xml("qs > qa", '<startEvent id="qs"/>', process="q")
    alone = process_xml("rs > ra", '<startEvent id="rs"/>', process="r")
    definition = Definition.build({"a.bpmn": file(caller, called, alone)}, "p")
    assert set(definition.specs) == {"p", "q"} and set(definition.processes) == {"p", "q", "r"}


def test_reports_every_file_that_can_not_be_read() -> None:
    with pytest.raises(DefinitionInvalid) as caught:
        Definition.build({"a.bpmn": b"<x", "b.bpmn": b"<!DOCTYPE y><y/>"}, "p")
    assert [(f.file, f.code) for f in caught.value.findings] == [
        ("a.bpmn", "xml-malformed"),
        ("b.bpmn", "xml-doctype"),
    ]


def test_the_cache_is_bounded_and_drops_what_was_not_used() -> None:
    cache: Cache[str] = Cache(2)
    cache.get("a", lambda: "A")
    cache.get("b", lambda: "B")
    assert cache.get("a", lambda: "neu") == "A"
    cache.get("c", lambda: "C")
    assert len(cache) == 2
    assert cache.get("a", lambda: "neu") == "A" and cache.get("b", lambda: "neu") == "neu"


def test_a_failed_build_leaves_nothing_in_the_cache() -> None:
    cache: Cache[str] = Cache(2)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: str(1 / 0))
    assert len(cache) == 0
