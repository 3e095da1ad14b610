"""Saved filters beside a list: to open, to keep what is set now, and which one opens first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.errors import Invalid, NotFound, PikFlowError
from pikflow.identity import Actor
from pikflow.services.filters import FilterDraft, List
from pikflow.services.views import SavedFilter
from pikflow.web.flow import current_flow
from pikflow.web.i18n import translate
from pikflow.web.numbers import read_whole


@dataclass(frozen=True)
class Attempt:
    """A filter as it was typed, which of one's own it replaces, and why it was not kept."""

    draft: FilterDraft
    replaced: int
    fault: PikFlowError | None = None


@dataclass(frozen=True)
class SavedFilters:
    """What a person has saved for one list: `endpoint` is its page, with `_filter` and `_unfilter`
    beside it."""

    actor: Actor
    where: List
    endpoint: str
    entries: tuple[SavedFilter, ...]

    def first(self) -> ResponseReturnValue | None:
        """To the filter that opens with the list, when the address asks for nothing itself."""
        wanted = next((entry for entry in self.entries if entry.first), None)
        return redirect(self.address(wanted.query)) if wanted and not request.args else None

    def panel(self, values: Mapping[str, Any], attempt: Attempt | None) -> "Panel":
        """`values` are the filters that are set now, by their names in the address."""
        same = (one for one in self.entries if dict(parse_qsl(one.query)) == dict(values))
        current = next(same, None)
        own = current if current and not current.owner else None
        if attempt is None and own:
            attempt = Attempt(FilterDraft(own.name, own.query, own.shared, own.first), own.id)
        return Panel(
            links=tuple((entry, self.address(entry.query)) for entry in self.entries),
            current=current,
            save=url_for(f"{self.endpoint}_filter", **values),
            remove=url_for(f"{self.endpoint}_unfilter", filter_id=own.id, **values) if own else "",
            attempt=attempt or Attempt(FilterDraft("", ""), 0),
        )

    def save(
        self, values: Mapping[str, Any], page: Callable[["SavedFilters", Attempt], str]
    ) -> ResponseReturnValue:
        """Keep the filters that are set; `page` shows the list again with what was wrong."""
        draft = FilterDraft(
            request.form.get("name", ""),
            urlencode(values),
            shared="geteilt" in request.form,
            first="zuerst" in request.form,
        )
        replaced = read_whole(request.form.get("ersetzt", "")) or 0
        try:
            current_flow().services.filters.save(self.actor, self.where, draft, replaced)
        except (Invalid, NotFound) as fault:
            return page(self, Attempt(draft, replaced, fault)), 400
        flash(translate("Der Filter „%(name)s“ ist gespeichert.", name=draft.name.strip()), "pik")
        return redirect(self.address(draft.query), 303)

    def remove(self, filter_id: int) -> ResponseReturnValue:
        """Keep one no longer, and stay where one is."""
        current_flow().services.filters.remove(self.actor, self.where, filter_id)
        flash(translate("Der Filter ist gelöscht."), "pik")
        return redirect(self.address(urlencode(request.args)), 303)

    def address(self, query: str) -> str:
        return f"{url_for(self.endpoint)}?{query or 'seite=1'}"


@dataclass(frozen=True)
class Panel:
    """What the page shows: every filter with its address, and which of them is open now.

    `save` is the address a filter is posted to, `remove` that for the open one if it is the
    person's own; `attempt` fills the form.
    """

    links: tuple[tuple[SavedFilter, str], ...]
    current: SavedFilter | None
    save: str
    remove: str
    attempt: Attempt

    @property
    def own(self) -> tuple[SavedFilter, ...]:
        return tuple(saved for saved, _ in self.links if not saved.owner)


def saved_filters(actor: Actor, where: List, endpoint: str) -> SavedFilters:
    """Those of a list, read once for the page."""
    return SavedFilters(actor, where, endpoint, current_flow().services.filters.list(actor, where))
