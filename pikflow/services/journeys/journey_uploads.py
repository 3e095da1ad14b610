"""Files in a journey: what it names, or what generated answers stand for, is really uploaded."""

import io
from collections.abc import Mapping
from typing import Any

from pikflow.forms.schema import FormSchema
from pikflow.identity import Actor
from pikflow.services import Services
from pikflow.services.files import sample


class Upload:
    """Turns `{dateiname: …}` and generated examples into files that were really uploaded."""

    def __init__(self, services: Services, actor: Actor, number: str) -> None:
        self._services = services
        self._actor = actor
        self._number = number

    def of_answers(self, schema: FormSchema, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers with every file uploaded."""
        return {
            name: self.taken(value) if _is_file(schema, name) else self.inner(schema, name, value)
            for name, value in answers.items()
        }

    def taken(self, value: Any) -> list[dict[str, Any]]:
        items = value if isinstance(value, list) else [value] if value else []
        return [self._one(item) for item in items if isinstance(item, Mapping)]

    def inner(self, schema: FormSchema, name: str, value: Any) -> Any:
        """File columns of a group."""
        field = schema.field(name)
        columns = [c.id for c in field.children if c.type == "file"] if field else []
        if not columns or not isinstance(value, list):
            return value
        return [
            {**row, **{key: self.taken(row.get(key)) for key in columns if row.get(key)}}
            for row in value
        ]

    def _one(self, item: Mapping[str, Any]) -> dict[str, Any]:
        if "dateiname" not in item and not str(item.get("id", "")).startswith("beispiel"):
            return dict(item)
        name = str(item.get("dateiname") or item.get("name") or "anlage.pdf")
        content = io.BytesIO(sample(name.rsplit(".", 1)[-1].lower()))
        return {"id": self._services.files.store(self._actor, self._number, name, content).id}


def _is_file(schema: FormSchema, name: str) -> bool:
    field = schema.field(name)
    return field is not None and field.type == "file"
