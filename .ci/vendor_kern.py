"""Build pikflow/web/static/kern from the npm package @kern-ux/native, once per KERN release.

    npm pack @kern-ux/native@2.7.2 && tar xf kern-ux-native-2.7.2.tgz
    npm install sass @fontsource/fira-sans          (the latter for the OFL text)
    pip install fonttools brotli
    python .ci/vendor_kern.py package node_modules

KERN's sheet has rules for `*`, `html` and `body` that would reach a host's own pages, and 200 KB
of layout utilities nobody here uses. So its parts are compiled again: tokens stay custom
properties on `:root`, everything else only matches inside `.pik-root`, and `:where()` keeps the
specificity low enough for a host to override it.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET = Path(__file__).parent.parent / "pikflow" / "web" / "static" / "kern"
ENTRY = """
@use "sass:meta";
@include meta.load-css("core/tokens");
@include meta.load-css("core/layers");
:where(.pik-root) {
  @include meta.load-css("core/global");
  @include meta.load-css("core/components");
  @include meta.load-css("core/typography");
}
"""
WEIGHTS = {"Regular": 400, "SemiBold": 600}
# Latin with umlauts and their neighbours, punctuation, arrows, currency, superscripts, checks.
UNICODES = (
    "U+0020-007E,U+00A0-017F,U+0218-021B,U+1E9E,U+2010-2027,U+202F,U+2030-203A,U+2070-209F,"
    "U+20AC,U+2116,U+2122,U+2190-2193,U+2212,U+2260,U+2264,U+2265,U+2713,U+2717"
)


def build_css(package: Path, modules: Path) -> str:
    """KERN's components as one compressed sheet whose rules only match inside `.pik-root`."""
    with tempfile.TemporaryDirectory() as folder:
        entry = Path(folder) / "entry.scss"
        entry.write_text(ENTRY, encoding="utf-8")
        command = ["node", str(modules / "sass" / "sass.js"), "--no-source-map", "--style=expanded"]
        command += [f"--load-path={package / 'src' / 'scss'}", str(entry)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
        css = done.stdout
    css = re.sub(r"/\*.*?\*/|@charset[^;]*;", "", css, flags=re.S)
    css = css.replace(":is(body, .kern-light", ":is(.pik-root, .kern-light")
    # What is left of the page-wide rules after the scoping matches nothing: out with it.
    dead = (
        r"^:where\(\.pik-root\) (?:html|body|body:has\([^{]*\)|\[data-kern-theme[^{]*)\s*\{[^}]*\}"
    )
    css = re.sub(dead, "", css, flags=re.M)
    return re.sub(r"\n\s*\n+", "\n", re.sub(r"[ \t]+", " ", css)).strip() + "\n"


def build_fonts(package: Path) -> str:
    """Two weights of Fira Sans, cut to the letters needed here; gives the @font-face CSS."""
    faces = []
    for name, weight in WEIGHTS.items():
        source = package / "dist" / "fonts" / "fira-sans" / f"FiraSans-{name}.woff2"
        target = TARGET / f"FiraSans-{name}.woff2"
        command = [sys.executable, "-m", "fontTools.subset", str(source), f"--unicodes={UNICODES}"]
        command += ["--flavor=woff2", "--layout-features=kern,liga,tnum,lnum,mark,mkmk,ccmp,locl"]
        subprocess.run([*command, f"--output-file={target}"], check=True)  # noqa: S603
        faces.append(
            f'@font-face {{ font-family: "Fira Sans"; src: url("{target.name}") format("woff2"); '
            f"font-weight: {weight}; font-style: normal; font-display: swap; }}\n"
        )
    return "".join(faces)


def main() -> None:
    package, modules = Path(sys.argv[1]), Path(sys.argv[2])
    TARGET.mkdir(parents=True, exist_ok=True)
    css = build_fonts(package) + build_css(package, modules)
    head = (
        "/* KERN @kern-ux/native, EUPL-1.2; rebuilt by .ci/vendor_kern.py, see README.md here */\n"
    )
    (TARGET / "kern.css").write_text(head + css, encoding="utf-8")
    shutil.copy(package / "LICENSE.md", TARGET / "LICENSE-KERN.md")
    shutil.copy(modules / "@fontsource" / "fira-sans" / "LICENSE", TARGET / "LICENSE-FiraSans.txt")


if __name__ == "__main__":
    main()
