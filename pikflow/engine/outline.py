"""The text twin of the diagram: the steps of a process as a list somebody can read aloud.

The list follows the flow. Where ways part, each is an entry with its condition in German; what
comes after they meet again stands on the same level as before. What was told already is referred
to ("zurück zu …"), never repeated.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from pikflow.engine.model import SUB_PROCESSES, Flow, Node, Process
from pikflow.engine.spoken import happening, step
from pikflow.engine.ways import Ways

_DEEPEST = 4  # called processes inside called processes are told down to here
_BRANCHES = 40  # ways inside ways; what is deeper is told afterwards, on its own
_ASIDE = 12  # a way with more nodes than this goes on at the same level


@dataclass(frozen=True)
class OutlineItem:
    """One entry.

    `state` is "done", "current", "open" or "" for entries that are no step; `kind` is the BPMN
    name of the element, or phase, branch, event or jump; `level` counts from 0.
    """

    level: int
    text: str
    element: str
    state: str
    kind: str
    children: tuple["OutlineItem", ...] = ()
    lane: str = ""
    phase: str = ""


@dataclass
class _Teller:
    process: Process
    states: Mapping[str, str]
    called: Mapping[str, Process]
    calls: tuple[str, ...]
    told: dict[str, None] = field(default_factory=dict)
    depth: int = 0

    def scope(self, parent: str | None) -> list[OutlineItem]:
        nodes = self.process.inside(parent)
        ways = Ways.of(self.process, parent)
        items: list[OutlineItem] = []
        for start in ways.starts:
            if start not in self.told:
                items += self.follow(ways, start, frozenset())
        for node in nodes:
            if node.kind == "subProcess" and node.triggered:
                items.append(self._event_sub_process(node))
        for key in ways.rank:  # what only a ring of flows leads to
            if key not in self.told:
                items += self.follow(ways, key, frozenset())
        return items

    # --- along one way -------------------------------------------------------------------------

    def follow(self, ways: Ways, key: str, until: Collection[str]) -> list[OutlineItem]:
        """The entries from `key` on, up to (not including) one of `until` or an end."""
        items: list[OutlineItem] = []
        here: str | None = key
        while here is not None and here not in until:
            if here in self.told:
                return [*items, *self._jump(ways, here, items)]
            self.told[here] = None
            node = self.process.nodes[here]
            flows = [self.process.flows[f] for f in node.outgoing]
            flows = [flow for flow in flows if flow.target in ways.rank]
            if len(flows) > 1:
                split, aside, here = self._split(ways, node, flows, until)
                items.append(split)
                if aside is not None:
                    items += self.follow(ways, aside, {*until, *([here] if here else [])})
                continue
            items += self._step(ways, node, until)
            here = flows[0].target if flows else None
        return items

    def _step(self, ways: Ways, node: Node, until: Collection[str]) -> list[OutlineItem]:
        text = step(node)
        inside: list[OutlineItem] = []
        if node.kind in SUB_PROCESSES:
            inside = self.scope(node.id)
        elif node.kind == "callActivity":
            inside = self._called(node)
        later = {
            key
            for flow in node.outgoing
            for key in ways.reach(self.process.flows[flow].target or "")
        }
        beside = [
            item
            for event in self.process.boundaries(node.id)
            for item in self._boundary(ways, event, later.union(until))
        ]
        return [self._item(node, text, [*inside, *beside])] if text else beside

    def _called(self, node: Node) -> list[OutlineItem]:
        process = self.called.get(node.called or "")
        if process is None or process.id in self.calls or len(self.calls) >= _DEEPEST:
            return []
        # The same process may be called twice: only where the case has been it has states.
        states = self.states if node.id in self.states else {}
        teller = _Teller(process, states, self.called, (*self.calls, process.id))
        items = teller.scope(None)
        return [item for item in items if item.kind not in ("startEvent",)]

    def _boundary(self, ways: Ways, event: Node, until: Collection[str]) -> list[OutlineItem]:
        self.told[event.id] = None
        flows = [self.process.flows[f] for f in event.outgoing]
        targets = [flow.target for flow in flows if flow.target in ways.rank]
        targets += [handler.id for handler in self.process.handlers(event)]
        items: list[OutlineItem] = []
        for target in targets:
            items += self._branch(ways, target, until)
        text = happening(event)
        if len(items) == 1 and items[0].kind == "jump":
            return [self._item(event, f"{text}: {items[0].text}", [])]
        if not event.interrupting and items:
            text += " (die Aufgabe bleibt offen)"
        return [self._item(event, text, items)]

    # --- where ways part -----------------------------------------------------------------------

    def _split(
        self, ways: Ways, node: Node, flows: list[Flow], until: Collection[str]
    ) -> tuple[OutlineItem, str | None, str | None]:
        """The entry with one child per way; a long way to be told after it; where all go on.

        When the ways do not meet again, the longest is the one that goes on.
        """
        targets = [flow.target or "" for flow in flows]
        fresh = [target for target in targets if target not in self.told and target not in until]
        together = node.kind not in _CHOOSING
        meeting = ways.meeting(targets, until)
        aside = None
        if meeting is None:
            goes_on = None if together else ways.longest(fresh, None)
        else:
            goes_on = meeting
            if not together and ways.far(fresh, meeting) > _ASIDE:
                aside = ways.longest(fresh, meeting)
        stops = {*until, *(key for key in (goes_on, aside) if key)}
        nexts = (aside,) if aside else (goes_on,)
        branches = [
            self._way(ways, node, flow, number, stops, nexts)
            for number, flow in enumerate(flows, start=1)
        ]
        text = step(node) or ("Gleichzeitig" if together else "Entscheidung")
        return self._item(node, text, branches), aside, goes_on

    def _way(
        self,
        ways: Ways,
        node: Node,
        flow: Flow,
        number: int,
        stops: Collection[str],
        nexts: Collection[str | None],
    ) -> OutlineItem:
        target = flow.target or ""
        lead = _lead(node, flow, number)
        if target in nexts:
            name = self._next_name(target)
            text = f"{lead}: weiter mit „{name}“" if name else f"{lead}: weiter"
            return OutlineItem(0, text, flow.id, "", "branch")
        items = self._branch(ways, target, stops)
        if len(items) == 1 and not items[0].children:
            only = items[0]
            return replace(only, text=f"{lead}: {only.text}", kind="branch")
        return OutlineItem(0, lead, flow.id, "", "branch", tuple(items))

    def _branch(self, ways: Ways, target: str, stops: Collection[str]) -> list[OutlineItem]:
        """A side way up to where it meets the others, with a word on how it goes on."""
        if target in stops or target in self.told or self.depth >= _BRANCHES:
            return self._jump(ways, target, [])
        self.depth += 1
        items = self.follow(ways, target, stops)
        self.depth -= 1
        last = items[-1] if items else None
        ends = last is not None and (last.kind in ("endEvent", "jump") or _ended(last))
        if not ends:
            stop = next((s for s in ways.reach(target) if s in stops), None)
            if stop is not None:
                items += self._jump(ways, stop, items, forward=True)
        return items

    def _jump(
        self, ways: Ways, key: str, before: list[OutlineItem], *, forward: bool = False
    ) -> list[OutlineItem]:
        name = self._next_name(key)
        if not name:
            return []
        order = list(self.told)
        back = key in self.told and not forward and _steps_after(order, key, ways)
        if not back and forward:
            return [OutlineItem(0, f"Dann weiter mit „{name}“", key, "", "jump")]
        word = "zurück zu" if back else "weiter mit"
        return [OutlineItem(0, f"{word} „{name}“", key, "", "jump")]

    def _next_name(self, key: str) -> str:
        """The first step with a name at or after this element: gateways that join have none."""
        seen: set[str] = set()
        while key not in seen:
            seen.add(key)
            node = self.process.nodes[key]
            if node.name.strip() or len(node.outgoing) != 1:
                return node.label if node.name.strip() else ""
            target = self.process.flows[node.outgoing[0]].target
            if target not in self.process.nodes:
                return ""
            key = target
        return ""

    def _event_sub_process(self, node: Node) -> OutlineItem:
        starts = [n for n in self.process.inside(node.id) if n.kind == "startEvent"]
        lead = happening(starts[0]) if starts else "Jederzeit"
        self.told[node.id] = None
        items = [item for item in self.scope(node.id) if item.kind != "startEvent"]
        return self._item(node, f"{lead}: {node.label}", items)

    def _item(self, node: Node, text: str, children: Iterable[OutlineItem]) -> OutlineItem:
        state = self.states.get(node.id, "open")
        kind = "event" if node.kind == "boundaryEvent" else node.kind
        return OutlineItem(
            0,
            text,
            node.id,
            state if state in ("done", "current") else "open",
            kind,
            tuple(children),
            node.lane or "",
            node.phase or "",
        )


_CHOOSING = ("exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway")


def outline(
    process: Process,
    states: Mapping[str, str] | None = None,
    called: Mapping[str, Process] | None = None,
) -> tuple[OutlineItem, ...]:
    """The entries of a process in flow order, grouped by phase where it has phases.

    `states` maps element ids to done, current or open; `called` are the processes it may call,
    whose steps stand below the call.
    """
    teller = _Teller(process, states or {}, called or {}, (process.id,))
    return tuple(_levelled(_phases(teller.scope(None)), 0))


def plain(items: Iterable[OutlineItem]) -> str:
    """The outline as indented lines, with the state in words."""
    words = {"done": " [erledigt]", "current": " [Sie sind hier]"}
    lines = []
    for item in items:
        lines.append("  " * item.level + "- " + item.text + words.get(item.state, ""))
        inner = plain(item.children)
        if inner:
            lines.append(inner)
    return "\n".join(lines)


def _phases(items: list[OutlineItem]) -> list[OutlineItem]:
    """Neighbours of one phase under a heading; without phases the list stays as it is."""
    if not any(item.phase for item in items):
        return items
    groups: list[tuple[str, list[OutlineItem]]] = []
    for item in items:
        if groups and item.phase in ("", groups[-1][0]):
            groups[-1][1].append(item)
        else:
            groups.append((item.phase, [item]))
    if len(groups) > 1 and not groups[0][0]:  # the start belongs to the first phase
        first = groups.pop(0)
        groups[0] = (groups[0][0], [*first[1], *groups[0][1]])
    return [
        OutlineItem(0, f"Phase {phase}", "", "", "phase", tuple(members), phase=phase)
        for phase, members in groups
    ]


def _levelled(items: Iterable[OutlineItem], level: int) -> list[OutlineItem]:
    return [
        replace(item, level=level, children=tuple(_levelled(item.children, level + 1)))
        for item in items
    ]


def _lead(node: Node, flow: Flow, number: int) -> str:
    if node.kind == "eventBasedGateway":
        return "Entweder" if number == 1 else "Oder"
    if node.kind in ("exclusiveGateway", "inclusiveGateway"):
        if flow.name:
            return f"Wenn {flow.name}"
        return "Sonst" if flow.default else f"Weg {number}"
    return flow.name or f"Zweig {number}"


def _ended(item: OutlineItem) -> bool:
    """Whether every way below the entry has come to an end of its own."""
    if item.kind in ("endEvent", "jump") or item.text.startswith("Ende"):
        return True
    branches = [child for child in item.children if child.kind == "branch"]
    return bool(branches) and all(
        _ended(branch.children[-1]) if branch.children else "„" in branch.text
        for branch in branches
    )


def _steps_after(order: list[str], key: str, ways: Ways) -> bool:
    """Whether `key` was told before the last entry, so that the way leads back."""
    latest = order[-1] if order else key
    return ways.rank.get(key, 0) <= ways.rank.get(latest, 0)
