"""Compiled texts are kept within a room counted in characters."""

import pytest

from pikflow.expressions import ExpressionError, compile_expression
from pikflow.expressions.cache import TextCache
from pikflow.expressions.expression import CACHE


def test_builds_a_text_once() -> None:
    built: list[str] = []

    def build(text: str) -> str:
        built.append(text)
        return text.upper()

    cache = TextCache(build, 10)
    assert [cache.get("abc"), cache.get("abc"), cache.get("abd")] == ["ABC", "ABC", "ABD"]
    assert built == ["abc", "abd"]


def test_lets_the_oldest_go_when_the_room_is_used_up() -> None:
    built: list[str] = []
    cache = TextCache(lambda text: built.append(text) or text, 10)
    for text in ("aaaa", "bbbb", "cccc", "bbbb", "aaaa"):
        cache.get(text)
    assert built == ["aaaa", "bbbb", "cccc", "aaaa"]
    assert len(cache) == 2


def test_a_text_larger_than_the_room_is_not_kept() -> None:
    cache = TextCache(str.upper, 3)
    assert cache.get("abcd") == "ABCD"
    assert len(cache) == 0


def test_many_long_expressions_do_not_fill_the_memory() -> None:
    tail = "+".join("a" for _ in range(900))
    for number in range(150):
        compile_expression(f"{number}+{tail}")
    assert len(CACHE) <= 200_000 // 1_800


def test_a_failure_is_not_kept() -> None:
    before = len(CACHE)
    with pytest.raises(ExpressionError):
        compile_expression("a &&")
    assert len(CACHE) == before
