"""Rows inside the bands: the main way straight, few crossings, no shape in another's way."""

from collections.abc import Mapping, Sequence

from pikflow.engine.layout.graph import Box, Link


class Rows:
    """Places boxes on rows: a first guess along the main way, then moves that lower a cost."""

    WORK = 400_000  # comparisons of links, then the rows stay as they are
    LONGEST = 30  # boxes that are moved together
    CROSSING, BLOCKED, BEND, ROW = 5.0, 6.0, 2.0, 1.2

    def __init__(self, boxes: Mapping[str, Box], links: Sequence[Link], main: set[str]) -> None:
        self.boxes = boxes
        self.links = [link for link in links if link.source != link.target]
        self.main = main
        self.at: dict[tuple[int, int, int], str] = {}
        self.work = 0
        self.touching: dict[str, list[Link]] = {key: [] for key in boxes}
        for link in self.links:
            self.touching[link.source].append(link)
            self.touching[link.target].append(link)

    def place(self) -> None:
        self._guess()
        for _ in range(8):
            if not self._improve():
                break
        self._compact()

    def _guess(self) -> None:
        spine = {
            end for link in self.links if link.id in self.main for end in (link.source, link.target)
        }
        ordered = sorted(self.boxes.values(), key=lambda box: (box.id not in spine, box.column))
        for box in ordered:
            wanted = 0
            if box.id not in spine:
                before = [
                    self.boxes[link.source]
                    for link in self.touching[box.id]
                    if link.target == box.id and not link.back
                ]
                rows = [other.row for other in before if other.band == box.band]
                wanted = rows[0] if rows else 0
                if any(link.event for link in self.touching[box.id] if link.target == box.id):
                    wanted += 1
            while (box.band, box.column, wanted) in self.at:
                wanted += 1
            self._put(box, wanted)

    def _put(self, box: Box, row: int) -> None:
        self.at.pop((box.band, box.column, box.row), None) if self.at.get(
            (box.band, box.column, box.row)
        ) == box.id else None
        box.row = row
        self.at[(box.band, box.column, row)] = box.id

    def _improve(self) -> bool:
        changed = False
        for group in self._groups():
            if self.work > self.WORK:
                return False
            band = group[0].band
            rows = [box.row for box in self.boxes.values() if box.band == band]
            here = group[0].row
            best, cost = here, self._cost(group)
            for row in range(min(rows) - 1, max(rows) + 2):
                if row == here or not self._free(group, row):
                    continue
                self._move(group, row)
                tried = self._cost(group)
                if tried < cost - 1e-9:
                    best, cost = row, tried
                self._move(group, here)
            if best != here:
                self._move(group, best)
                changed = True
        return changed

    def _groups(self) -> list[list[Box]]:
        """Single boxes, and runs of up to LONGEST boxes on one row that hang together."""
        ordered = sorted(self.boxes.values(), key=lambda box: (box.column, box.band, box.row))
        groups = [[box] for box in ordered]
        for box in ordered:
            run, members = [box], {box.id}
            while len(run) < self.LONGEST:
                ahead = [
                    self.boxes[link.target]
                    for link in self.touching[run[-1].id]
                    if link.source == run[-1].id and not link.back and not link.event
                ]
                ahead = [o for o in ahead if (o.band, o.row) == (box.band, box.row)]
                if len(ahead) != 1 or ahead[0].id in members:
                    break
                run.append(ahead[0])
                members.add(ahead[0].id)
                groups.append(list(run))
        return groups

    def _free(self, group: list[Box], row: int) -> bool:
        members = {box.id for box in group}
        if len({box.row for box in group}) > 1:
            return False
        return all(self.at.get((box.band, box.column, row), box.id) in members for box in group)

    def _move(self, group: list[Box], row: int) -> None:
        for box in group:
            self._put(box, row)

    def _cost(self, group: list[Box]) -> float:
        links = {link.id: link for box in group for link in self.touching[box.id]}
        self.work += len(links) * len(self.links)
        cost = sum(self._link_cost(link) for link in links.values())
        for link in links.values():
            for other in self.links:
                if other.id not in links and self._cross(link, other):
                    cost += self.CROSSING
        inside = list(links.values())
        for i, link in enumerate(inside):
            cost += sum(self.CROSSING for other in inside[i + 1 :] if self._cross(link, other))
        for box in group:  # a shape in the way of somebody else's straight line
            for link in self.links:
                if link.id not in links and self._in_the_way(link, box):
                    cost += self.BLOCKED
        band = [box.row for box in self.boxes.values() if box.band == group[0].band]
        return cost + self.ROW * (max(band) - min(band)) * 2

    def _y(self, box: Box) -> float:
        return box.band * 40 + box.row

    def _link_cost(self, link: Link) -> float:
        a, b = self.boxes[link.source], self.boxes[link.target]
        if link.dotted:
            return abs(self._y(a) - self._y(b)) * 3 + (5 if a.row == b.row else 0)
        weight = 2.5 if link.id in self.main else 1.0
        distance = min(abs(self._y(a) - self._y(b)), 6)
        if link.back:
            return distance * 0.2
        if link.event:  # leaves downwards
            below = b.band > a.band or (b.band == a.band and b.row > a.row)
            return distance + (0 if below else 6)
        if (a.band, a.row) == (b.band, b.row):
            blocked = any(
                (a.band, column, a.row) in self.at for column in range(a.column + 1, b.column)
            )
            return self.BLOCKED * weight if blocked else 0.0
        cost = (self.BEND + distance * 0.5) * weight
        through_source = any(
            (a.band, column, a.row) in self.at for column in range(a.column + 1, b.column)
        )
        through_target = any(
            (b.band, column, b.row) in self.at for column in range(a.column + 1, b.column)
        )
        return cost + (self.BLOCKED / 2 if through_source and through_target else 0)

    def _in_the_way(self, link: Link, box: Box) -> bool:
        a, b = self.boxes[link.source], self.boxes[link.target]
        return (
            not link.back
            and (a.band, a.row) == (b.band, b.row) == (box.band, box.row)
            and a.column < box.column < b.column
        )

    def _cross(self, one: Link, other: Link) -> bool:
        if one.back or other.back or one.dotted or other.dotted:
            return False
        if one.source == other.source or one.target == other.target:
            return False
        a, b = self.boxes[one.source], self.boxes[one.target]
        c, d = self.boxes[other.source], self.boxes[other.target]
        left, right = max(a.column, c.column), min(b.column, d.column)
        if left >= right:
            return False
        first = self._height(a, b, left) - self._height(c, d, left)
        last = self._height(a, b, right) - self._height(c, d, right)
        return first * last < 0

    def _height(self, a: Box, b: Box, column: int) -> float:
        share = (column - a.column) / max(1, b.column - a.column)
        return self._y(a) + (self._y(b) - self._y(a)) * share

    def _compact(self) -> None:
        """Close empty rows, so that every band counts 0, 1, 2, ..."""
        for band in {box.band for box in self.boxes.values()}:
            members = [box for box in self.boxes.values() if box.band == band]
            numbers = {row: i for i, row in enumerate(sorted({box.row for box in members}))}
            for box in members:
                box.row = numbers[box.row]
