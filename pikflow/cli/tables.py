"""What a command looks for before it begins: a database with the tables of this release."""

import click

from pikflow.web.flow import current_flow


def require_tables() -> None:
    """Raises ClickException when the database does not answer or `init-db` has not been called."""
    found = current_flow().services.readiness()
    if not found.database:
        raise click.ClickException("Die Datenbank antwortet nicht.")
    if not found.schema:
        raise click.ClickException(
            "Die Tabellen fehlen oder gehören zu einer anderen Fassung. Richten Sie sie mit "
            "„pikflow init-db“ ein."
        )
