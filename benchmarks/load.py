"""Deadline day on a full database: `python -m benchmarks.load` (`make load`).

A thousand clerks (locustfile.py), gunicorn and PostgreSQL or SQLite on this one machine. The filled
database is kept in build/load for the next run. Ends with 1 when a request failed or 95 % took
longer than half a second.
"""

import argparse
import csv
import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy.engine import make_url

from benchmarks.population import fill
from benchmarks.throughput import ROOT, gunicorn
from tests.databases import new_database, server

ALLOWED_MS = 500


def prepared(kind: str, cases: int) -> str:
    """The URL of a filled database."""
    url = new_database(kind, durable=True)
    owner = server(durable=True).url(make_url(url).database or "") if kind != "sqlite" else url
    begin = time.perf_counter()
    fill(url, cases, owner_url=owner)
    sys.stderr.write(f"{kind}: {cases} cases in {time.perf_counter() - begin:.0f} s\n")
    return url


def attack(port: int, clerks: int, minutes: float) -> list[dict[str, str]]:
    """locust's lines, one a kind of request and one for all."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(  # noqa: S603 - our own words
            [
                *(sys.executable, "-m", "locust", "-f", "benchmarks/locustfile.py", "--headless"),
                *("--host", f"http://127.0.0.1:{port}", "--users", str(clerks)),
                *("--spawn-rate", str(max(1, clerks // 20)), "--run-time", f"{minutes * 60:.0f}s"),
                *("--csv", str(Path(folder) / "load"), "--only-summary", "--reset-stats"),
            ],
            cwd=ROOT,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
        )
        text = (Path(folder) / "load_stats.csv").read_text(encoding="utf-8")
        failures = (Path(folder) / "load_failures.csv").read_text(encoding="utf-8")
    sys.stderr.write(failures if failures.count("\n") > 1 else "")
    return list(csv.DictReader(io.StringIO(text)))


def table(lines: list[dict[str, str]]) -> str:
    """A Markdown table of requests, their rate, times and failures."""
    head = ("request", "number", "a second", "median ms", "95 % ms", "99 % ms", "failed")
    keys = ("Name", "Request Count", "Requests/s", "50%", "95%", "99%", "Failure Count")
    rows = [[line[key] for key in keys] for line in lines]
    for row in rows:
        row[2] = f"{float(row[2]):.1f}"
    marks = [["---:"] * len(head)]
    return "".join(f"| {' | '.join(row)} |\n" for row in [list(head), *marks, *rows])


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", default="postgresql")
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--clerks", type=int, default=1_000)
    options.add_argument("--minutes", type=float, default=5)
    asked = options.parse_args()
    url = prepared(asked.database, asked.cases)
    with gunicorn(url) as port:
        lines = attack(port, asked.clerks, asked.minutes)
    sys.stdout.write(table(lines))
    whole = lines[-1]
    return int(int(whole["Failure Count"]) > 0 or float(whole["95%"]) > ALLOWED_MS)


if __name__ == "__main__":
    sys.exit(main())
