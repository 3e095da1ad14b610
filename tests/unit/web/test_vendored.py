"""What is vendored stays inside `.pik-root`, so a host's own pages look as before."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "pikflow" / "web" / "static"
OWN = sorted(STATIC.glob("*.css"))


def selectors(css: str) -> list[str]:
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    found = []
    for match in re.finditer(r"([^{};]+)\{", css):
        text = match.group(1).strip()
        if not text.startswith("@") and not re.fullmatch(r"(from|to|[\d.]+%)(, *\d+%)*", text):
            found += apart(text)
    return found


def apart(text: str) -> list[str]:
    """The selectors of a list; commas inside brackets part nothing."""
    parts, depth = [""], 0
    for sign in text:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(sign, 0)
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def test_kern_reaches_nothing_outside_our_pages() -> None:
    css = (STATIC / "kern" / "kern.css").read_text(encoding="utf-8")
    allowed = (":where(.pik-root)", ":root", ".kern-", "[data-kern-theme", ":is(.pik-root")
    foreign = [name for name in selectors(css) if not name.startswith(allowed)]
    assert foreign == []


def test_kern_sets_only_custom_properties_on_the_root() -> None:
    css = (STATIC / "kern" / "kern.css").read_text(encoding="utf-8")
    for body in re.findall(r":root \{([^}]*)\}", css):
        names = [line.split(":")[0].strip() for line in body.split(";") if line.strip()]
        assert [name for name in names if not name.startswith("--kern-")] == []


@pytest.mark.parametrize("file", OWN, ids=lambda file: file.name)
def test_our_own_rules_are_about_our_own_classes(file: Path) -> None:
    foreign = [
        name
        for name in selectors(file.read_text(encoding="utf-8"))
        if not re.match(r"(body(:has\()?)?\.pik-|@page|\.pik", name)
    ]
    assert foreign == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    for file in STATIC.rglob("*.css"):
        text = file.read_text(encoding="utf-8")
        assert "@import" not in text, file
        assert "http://" not in re.sub(r"url\([^)]*\)", "", text).replace("w3.org", ""), file
        for target in re.findall(r"url\([\"']?([^\"')]+)", text):
            assert target.startswith("data:") or (file.parent / target).is_file(), target


def test_licences_lie_beside_what_they_cover() -> None:
    kern = STATIC / "kern"
    assert "EUROPEAN UNION PUBLIC LICENCE" in (kern / "LICENSE-KERN.md").read_text().upper()
    assert "SIL OPEN FONT LICENSE" in (kern / "LICENSE-FiraSans.txt").read_text().upper()
