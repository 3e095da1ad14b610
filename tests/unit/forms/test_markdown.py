"""Notes: a small subset of Markdown, always safe."""

import pytest

from pikflow.forms.markdown import render


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("a **b** *c* `d`", "<p>a <strong>b</strong> <em>c</em> <code>d</code></p>"),
        ("a\nb\n\nc", "<p>a b</p><p>c</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("Liste:\n- a", "<p>Liste:</p><ul><li>a</li></ul>"),
        ("<b>x</b> & y", "<p>&lt;b&gt;x&lt;/b&gt; &amp; y</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("", ""),
    ],
)
def test_writes_the_subset(text: str, markup: str) -> None:
    assert render(text) == markup


def test_links_lead_to_the_web_or_to_our_own_pages_only() -> None:
    assert 'href="https://bw.de/x"' in render("[a](https://bw.de/x)")
    assert 'href="/hilfe"' in render("[a](/hilfe)")
    for bad in ("[a](javascript:alert(1))", "[a](data:text/html,x)", '[a](https://x" onclick="y)'):
        assert "<a" not in render(bad)
