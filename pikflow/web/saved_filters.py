"""Saved filters beside a list: to open, to keep what is set now, and which one opens first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pikflow.errors import Invalid
from pikflow.identity import Actor
from pikflow.services.filters import FilterDraft, List
from pikflow.services.views import SavedFilter
from pikflow.web.flow import current_flow
from pikflow.web.i18n import translate
from pikflow.web.numbers import read_whole


@dataclass(frozen=True)
class Problem:
    """Why a filter was not kept, and what was typed."""

    fault: Invalid
    draft: FilterDraft
    replaced: int


@dataclass(frozen=True)
class Panel:
    """What the page shows: every filter with its address, and which of them is open now.

    `save` is the address a filter is posted to, `remove` that for the open one if it is the
    person's own; `problem` what was wrong with the last attempt.
    """

    links: tuple[tuple[SavedFilter, str], ...]
    current: SavedFilter | None
    save: str
    remove: str
    draft: FilterDraft
    replaced: int
    problem: Invalid | None

    @property
    def own(self) -> tuple[SavedFilter, ...]:
        return tuple(saved for saved, _ in self.links if not saved.owner)


@dataclass(frozen=True)
class SavedFilters:
    """Those of one list: `endpoint` is its page, with `_filter` and `_unfilter` beside it."""

    where: List
    endpoint: str

    def first(self, actor: Actor) -> ResponseReturnValue | None:
        """To the filter that opens with the list, when the address asks for nothing itself."""
        if request.args:
            return None
        saved = current_flow().services.filters.list(actor, self.where)
        wanted = next((entry for entry in saved if entry.first), None)
        return redirect(self._address(wanted.query)) if wanted else None

    def panel(self, actor: Actor, values: Mapping[str, Any], problem: Problem | None) -> Panel:
        """`values` are the filters that are set now, by their names in the address."""
        saved = current_flow().services.filters.list(actor, self.where)
        same = [entry for entry in saved if dict(parse_qsl(entry.query)) == dict(values)]
        current = same[0] if same else None
        own = current if current and not current.owner else None
        draft = FilterDraft("", "")
        if own:
            draft = FilterDraft(own.name, own.query, own.shared, own.first)
        return Panel(
            links=tuple((entry, self._address(entry.query)) for entry in saved),
            current=current,
            save=url_for(f"{self.endpoint}_filter", **values),
            remove=url_for(f"{self.endpoint}_unfilter", filter_id=own.id, **values) if own else "",
            draft=problem.draft if problem else draft,
            replaced=problem.replaced if problem else own.id if own else 0,
            problem=problem.fault if problem else None,
        )

    def save(
        self,
        actor: Actor,
        values: Mapping[str, Any],
        page: Callable[[Actor, Problem], str],
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
            current_flow().services.filters.save(actor, self.where, draft, replaced)
        except Invalid as fault:
            return page(actor, Problem(fault, draft, replaced)), 400
        flash(translate("Der Filter „%(name)s“ ist gespeichert.", name=draft.name.strip()), "pik")
        return redirect(self._address(draft.query), 303)

    def remove(self, actor: Actor, filter_id: int) -> ResponseReturnValue:
        """Keep one no longer, and stay where one is."""
        current_flow().services.filters.remove(actor, self.where, filter_id)
        flash(translate("Der Filter ist gelöscht."), "pik")
        return redirect(self._address(urlencode(request.args)), 303)

    def _address(self, query: str) -> str:
        return f"{url_for(self.endpoint)}?{query or 'seite=1'}"
