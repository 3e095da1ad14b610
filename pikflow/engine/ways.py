"""How the nodes of one scope follow each other: order, reach, and where ways meet again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pikflow.engine.model import Process


@dataclass(frozen=True)
class Ways:
    """The graph of a scope without the flows that lead back.

    `rank` numbers the nodes so that every flow forward leads to a higher number; `after` are the
    nodes one flow ahead (what a boundary event starts does not count as ahead of its host).
    """

    rank: dict[str, int]
    after: dict[str, tuple[str, ...]]
    starts: tuple[str, ...]

    @classmethod
    def of(cls, process: Process, parent: str | None) -> "Ways":
        nodes = [n for n in process.inside(parent) if not (n.kind == "subProcess" and n.triggered)]
        ids = {node.id for node in nodes}
        following: dict[str, list[str]] = {}
        for node in nodes:
            targets = [process.flows[key].target or "" for key in node.outgoing]
            if node.kind == "boundaryEvent":
                targets += [handler.id for handler in process.handlers(node)]
            border = [event.id for event in process.boundaries(node.id)]
            following[node.id] = [key for key in [*targets, *border] if key in ids]
        entered = {key for targets in following.values() for key in targets}
        starts = [n.id for n in nodes if n.kind == "startEvent"]
        starts += [n.id for n in nodes if n.id not in entered and n.id not in starts]
        order, back = depth_first([*starts, *following], following)
        rank = {key: number for number, key in enumerate(order)}
        border_ids = {node.id for node in nodes if node.attached_to}
        after = {
            key: tuple(t for t in targets if (key, t) not in back and t not in border_ids)
            for key, targets in following.items()
        }
        return cls(rank, after, tuple(starts or order[:1]))

    @cached_property
    def _reach(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for key in sorted(self.rank, key=lambda key: -self.rank[key]):
            ahead = self.after[key]
            found[key] = frozenset({key}).union(*(found.get(t, frozenset()) for t in ahead))
        return found

    def reach(self, key: str) -> list[str]:
        """Everything that can follow, the node itself first, in order."""
        return sorted(self._reach.get(key, ()), key=lambda other: self.rank[other])

    def meeting(self, targets: Collection[str], until: Collection[str]) -> str | None:
        """The first node at which the most (at least two) of these ways meet again.

        A node of `until` is where the story around goes on: there is no meeting behind it.
        """
        counts: dict[str, int] = {}
        for target in dict.fromkeys(targets):
            for key in self.reach(target):
                counts[key] = counts.get(key, 0) + 1
        most = max(counts.values(), default=0)
        if most < 2:
            return None
        first = min((key for key, n in counts.items() if n == most), key=lambda key: self.rank[key])
        behind = any(key in self._reach and first in self._reach[key] for key in until)
        return None if behind else first

    def far(self, targets: Iterable[str], stop: str) -> int:
        """How many nodes the longest of the ways has before `stop`."""
        limit = self._reach.get(stop, frozenset())
        return max((len(self._reach.get(t, frozenset()) - limit) for t in targets), default=0)

    def longest(self, targets: Iterable[str], stop: str | None) -> str | None:
        """The way with the most nodes ahead, up to `stop`."""
        limit = self._reach.get(stop, frozenset()) if stop else frozenset()
        return max(
            targets, key=lambda t: len(self._reach.get(t, frozenset()) - limit), default=None
        )


def depth_first(
    roots: Iterable[str], following: Mapping[str, Sequence[str]]
) -> tuple[list[str], set[tuple[str, str]]]:
    """Reverse postorder of a depth-first walk, and the flows that lead back."""
    back: set[tuple[str, str]] = set()
    finished: list[str] = []
    seen: set[str] = set()
    for root in roots:
        if root in seen:
            continue
        seen.add(root)
        way = {root}
        stack = [(root, iter(following[root]))]
        while stack:
            key, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                stack.pop()
                way.discard(key)
                finished.append(key)
            elif target in way:
                back.add((key, target))
            elif target not in seen:
                seen.add(target)
                way.add(target)
                stack.append((target, iter(following[target])))
    return finished[::-1], back
