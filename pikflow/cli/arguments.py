"""Arguments several commands take."""

from pathlib import Path

import click

PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="Ausgabe für Programme.")
