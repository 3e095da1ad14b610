"""Search for input that breaks a target, with atheris (make fuzz).

    python -m fuzz.run files /tmp/corpus -max_total_time=600

The seeds come from the repository; what libFuzzer finds interesting goes into the corpus folder,
what breaks a target into ./crash-*.
"""

import random
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["pikflow"]):
    from .corpus import seeds
    from .mutations import change
    from .targets import TARGETS


def main() -> None:
    kind, corpus, *options = sys.argv[1:]
    folder = Path(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(kind)):
        (folder / f"seed-{number:03}").write_bytes(seed)

    def mutate(data: bytes, most: int, number: int) -> bytes:
        return change(data, random.Random(number), kind)[:most]

    atheris.Setup(
        [sys.argv[0], str(folder), "-max_len=60000", *options],
        TARGETS[kind],
        custom_mutator=mutate,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
