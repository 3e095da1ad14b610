"""One text, changed in one place at a time; everything else keeps its characters.

Every step gives a new Document. A path is a tuple of names and numbers, as in the data.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import yaml

from pikflow.errors import Invalid
from pikflow.forms.editing import spelling
from pikflow.forms.editing.tree import Node, Path, Tree


class Document:
    """A form file while it is edited. `text` is what to save."""

    def __init__(self, text: str, file: str = "") -> None:
        self.text = text
        self.file = file
        self.tree = Tree(text, file)

    def value(self, path: Path) -> Any:
        return self.tree.value(path)

    def put(self, path: Path, value: Any, order: Sequence[str] = ()) -> "Document":
        """The value at a path set or added; what is in it already and stays is not rewritten.

        A new name stands behind the last one that comes before it in `order`, else at the end.
        Data that are missing on the way are made. Putting what is there changes nothing.
        """
        node = self.tree.node(path)
        if node is None:
            above = self.tree.node(path[:-1])
            if above is None or _is_nothing(above):
                return self.put(path[:-1], {path[-1]: value}, order)
            if isinstance(above, yaml.SequenceNode):
                return self.insert(path[:-1], len(above.value), value)
            return self._add(path[:-1], str(path[-1]), value, order)
        if _same(self.tree.value(path), value):
            return self
        if isinstance(node, yaml.MappingNode) and isinstance(value, Mapping) and value:
            return self._merge(path, value, order)
        if isinstance(node, yaml.SequenceNode) and isinstance(value, list) and _has_parts(value):
            return self._merge_items(path, value)
        return self._replace(path, node, value)

    def drop(self, path: Path) -> "Document":
        """Without the entry or item at a path, its own remarks included; the last one leaves an
        empty collection behind."""
        above = self.tree.node(path[:-1])
        if self.tree.node(path) is None or above is None:
            return self
        if len(above.value) == 1:
            return self._replace(path[:-1], above, {} if _is_mapping(above) else [])
        number = self._number(above, path[-1])
        if above.flow_style:
            return self._drop_flow(above, number)
        start, end = self._lines(above, number)
        if self._is_beside_dash(above, number):
            following = self.tree.start(_first(above.value[1]))
            return self._spliced(self.tree.start(_first(above.value[0])), following, "")
        return self._spliced(start, end, "")

    def insert(self, path: Path, number: int, value: Any) -> "Document":
        """A new item in the list at a path, before the one that has this number now."""
        node = self.tree.node(path)
        if node is None or _is_nothing(node) or not node.value:
            items = [value]
            if node is None:
                return self.put(path, items)
            return self._replace(path, node, items)
        if not isinstance(node, yaml.SequenceNode):
            raise Invalid("form-shape", "An dieser Stelle steht keine Liste.")
        if node.flow_style:
            return self._insert_flow(node, number, spelling.spell(value, flow=True, indent=0))
        column = self.tree.column(node)
        text = spelling.item(value, indent=column, flow=False)
        return self._insert_lines(node, number, " " * column + text + "\n")

    def move(self, path: Path, into: Path, number: int) -> "Document":
        """The item at a path to another place: before the item that has this number in the list
        `into` now. Its text and remarks go along, indented as its new place wants it."""
        above, target = self.tree.node(path[:-1]), self.tree.node(into)
        own = int(path[-1])
        same = into == path[:-1]
        if same and number in (own, own + 1):
            return self
        raw = None if self._is_flow(into) else self._raw(above, own, target)
        if raw is None:  # between a flow and a block list the text can't go as it is
            return self._rewrite(path, into, number)
        if same and number > own:
            return self._insert_raw(into, number, raw).drop(path)
        if same:
            return self._insert_raw(into, number, raw).drop((*into, own + 1))
        grown = self._insert_raw(into, number, raw)
        return grown.drop(_shifted(path, into, number))

    def rename(self, path: Path, name: str) -> "Document":
        """Another name before the colon."""
        node = self.tree.key(path)
        if node is None or node.value == name:
            return self
        text = spelling.scalar(name, flow=True, style=node.style)
        if not node.style:
            text = spelling.key(name)
        return self._spliced(self.tree.start(node), self.tree.end(node), text)

    def reword(self, words: Sequence[tuple[Node, str]]) -> "Document":
        """Other texts for these scalars and names of this very document, in their own quotes."""
        text = self.text
        for node, word in sorted(words, key=lambda one: -self.tree.start(one[0])):
            start, end = self.tree.start(node), self.tree.end(node)
            if node.style in ("|", ">"):  # the same lines with other words in them
                spelled = self._lines_of(node, word)
            else:
                spelled = spelling.scalar(word, flow=True, style=node.style)
            text = text[:start] + spelled + text[end:]
        return Document(text, self.file)

    def _lines_of(self, node: Node, word: str) -> str:
        head, _, body = self.text[self.tree.start(node) : self.tree.end(node)].partition("\n")
        indent = len(body) - len(body.lstrip(" "))
        if node.style == "|" and word.rstrip("\n"):
            lines = (" " * indent + line if line else "" for line in word.rstrip("\n").split("\n"))
            return "\n".join([head, *lines])
        return "\n".join([head, " " * indent + " ".join(word.split())])

    # How a step is done.

    def _spliced(self, start: int, end: int, text: str) -> "Document":
        return Document(self.text[:start] + text + self.text[end:], self.file)

    def _replace(self, path: Path, node: Node, value: Any) -> "Document":
        """Another value in the place of a node; remarks beside its name stay."""
        start, end = self.tree.start(node), self.tree.end(node)
        plain = not isinstance(node, yaml.ScalarNode) or _is_nothing(node)
        text = spelling.spell(
            value,
            flow=self._is_flow(path),
            indent=self._indent(path),
            style=None if plain else node.style,
        )
        before, after = self.text[:start], self.text[end:]
        gap = ""
        name = self.tree.key(path) if path else None
        if name is not None:
            colon = self.text.index(":", self.tree.end(name)) + 1
            before, gap = self.text[:colon], self.text[colon:start].rstrip()
        elif text.startswith("\n"):
            text = text.lstrip("\n ")
        if text.startswith("\n"):
            remark = after.partition("\n")[0]
            if remark.strip().startswith("#"):
                gap, after = gap + remark, after[len(remark) :]
            return Document(before + gap + text + after, self.file)
        if before.endswith((":", "-")):
            text = " " + text
        if "\n" in text and gap.strip():  # nothing may follow the sign of a literal block
            text = " " + spelling.scalar(value, flow=True)
        return Document(before + text + gap + after, self.file)

    def _merge(self, path: Path, value: Mapping[str, Any], order: Sequence[str]) -> "Document":
        held = self.tree.value(path)
        kept = [name for name in held if name in value]
        if [name for name in value if name in held] != kept or not kept:
            return self._replace(path, self.tree.node(path), value)
        found = self
        for name in held:
            if name not in value:
                found = found.drop((*path, name))
        names = list(order) or list(value)
        for name, one in value.items():
            found = found.put((*path, name), one, names)
        return found

    def _merge_items(self, path: Path, value: Sequence[Any]) -> "Document":
        """A list of mappings: equal items at both ends stay, those between are set one by one."""
        held = self.tree.value(path)
        head = 0
        while head < min(len(held), len(value)) and _same(held[head], value[head]):
            head += 1
        tail = 0
        while tail < min(len(held), len(value)) - head and _same(held[-1 - tail], value[-1 - tail]):
            tail += 1
        old, new = len(held) - tail, len(value) - tail
        found = self
        for number in range(head, min(old, new)):
            found = found.put((*path, number), value[number])
        for number in range(old, new):
            found = found.insert(path, number, value[number])
        for number in reversed(range(max(new, head), old)):
            found = found.drop((*path, number))
        return found

    def _add(self, path: Path, name: str, value: Any, order: Sequence[str]) -> "Document":
        node = self.tree.node(path)
        if not isinstance(node, yaml.MappingNode):
            raise Invalid("form-shape", "An dieser Stelle stehen keine Angaben.")
        if not node.value:
            return self._replace(path, node, spelling.Lines({name: value}))
        number = _position(node, name, order)
        if node.flow_style:
            text = spelling.entry(name, value, indent=0, flow=True)
            return self._insert_flow(node, number, text)
        column = self.tree.column(node)
        text = spelling.entry(name, value, indent=column, flow=False)
        if number == 0:
            start = self.tree.start(_first(node.value[0]))
            return self._spliced(start, start, f"{text}\n{' ' * column}")
        return self._insert_lines(node, number, " " * column + text + "\n")

    def _insert_lines(self, node: Node, number: int, text: str) -> "Document":
        if number < len(node.value):
            start = self._lines(node, number)[0]
            if not self._is_beside_dash(node, number):
                return self._spliced(start, start, text)
        start = self._lines(node, number - 1)[1]
        if start and self.text[start - 1] != "\n":
            text = "\n" + text.rstrip("\n")
        return self._spliced(start, start, text)

    def _insert_flow(self, node: Node, number: int, text: str) -> "Document":
        if not node.value:
            at = self.tree.start(node) + 1
            return self._spliced(at, at, text)
        if number >= len(node.value):
            at = self.tree.end(_last(node.value[-1]))
            return self._spliced(at, at, f", {text}")
        at = self.tree.start(_first(node.value[number]))
        return self._spliced(at, at, f"{text}, ")

    def _drop_flow(self, node: Node, number: int) -> "Document":
        start = self.tree.start(_first(node.value[number]))
        end = self.tree.end(_last(node.value[number]))
        if number + 1 < len(node.value):
            following = self.tree.start(_first(node.value[number + 1]))
            if "#" not in self.text[end:following]:
                return self._spliced(start, following, "")
            comma = self.text.index(",", end)
            return self._spliced(start, comma + 1, "")
        before = self.tree.end(_last(node.value[number - 1]))
        if "#" not in self.text[before:start]:
            return self._spliced(before, end, "")
        comma = self.text.index(",", before)
        return Document(
            self.text[:comma] + self.text[comma + 1 : start] + self.text[end:], self.file
        )

    def _lines(self, node: Node, number: int) -> tuple[int, int]:
        """The lines of an entry or item of a block, with the remarks above it."""
        if isinstance(node, yaml.SequenceNode):
            start = self.tree.dash(node, number)
        else:
            start = self.tree.start(_first(node.value[number]))
        return (
            self.tree.remarks_above(start),
            self.tree.line_end(self.tree.end(_last(node.value[number]))),
        )

    def _is_beside_dash(self, node: Node, number: int) -> bool:
        """Whether this entry shares its line with what is above it: `- id: x`."""
        if number or isinstance(node, yaml.SequenceNode) and self._dash_alone(node):
            return False
        start = self.tree.start(_first(node.value[0]))
        if isinstance(node, yaml.SequenceNode):
            start = self.tree.dash(node, 0)
        return bool(self.text[self.tree.line_start(start) : start].strip())

    def _dash_alone(self, node: Node) -> bool:
        dash = self.tree.dash(node, 0)
        return not self.text[self.tree.line_start(dash) : dash].strip()

    def _number(self, node: Node, step: str | int) -> int:
        if isinstance(node, yaml.SequenceNode):
            return int(step)
        return next(i for i, (key, _) in enumerate(node.value) if key.value == step)

    def _is_flow(self, path: Path) -> bool:
        """Whether what stands at a path is inside of brackets."""
        for depth in range(len(path)):
            node = self.tree.node(path[:depth])
            if isinstance(node, yaml.CollectionNode) and node.flow_style:
                return True
        return False

    def _indent(self, path: Path) -> int:
        """The column where lines of a value at this path belong."""
        if not path:
            return 0
        above = self.tree.node(path[:-1])
        return self.tree.column(above) + 2 if above is not None else 0

    # Moving.

    def _raw(self, node: Node, number: int, target: Node | None) -> "_Raw | None":
        item = node.value[number]
        if node.flow_style:
            if target is not None and target.value and not target.flow_style:
                text = self.text[self.tree.start(item) : self.tree.end(item)]
                if "\n" not in text:
                    return _Raw(f"- {text}\n", 0)
            return None
        if target is not None and target.flow_style and target.value:
            return None
        start, end = self._lines(node, number)
        text = self.text[start:end]
        return _Raw(text if text.endswith("\n") else text + "\n", self.tree.column(node))

    def _insert_raw(self, into: Path, number: int, raw: "_Raw") -> "Document":
        node = self.tree.node(into)
        if node is None:
            grown = self.put(into, [_HOLD])
        elif not node.value:
            grown = self._replace(into, node, [spelling.Lines({_HOLD: True})])
        else:
            column = self.tree.column(node)
            return self._insert_lines(node, number, raw.at(column))
        held = grown.tree.node(into)
        start, end = grown._lines(held, 0)
        return grown._spliced(start, end, raw.at(grown.tree.column(held)))

    def _rewrite(self, path: Path, into: Path, number: int) -> "Document":
        value = self.tree.value(path)
        value = spelling.Lines(value) if isinstance(value, Mapping) else value
        grown = self.insert(into, number, value)
        if into == path[:-1]:
            own = int(path[-1])
            return grown.drop((*into, own + (number <= own)))
        return grown.drop(_shifted(path, into, number))


_HOLD = "pikhold"


class _Raw:
    """Lines of a block item that were cut out, and the column they stood in."""

    def __init__(self, text: str, column: int) -> None:
        self.text = text
        self.column = column

    def at(self, column: int) -> str:
        """The lines in another column; empty lines stay empty."""
        step = column - self.column
        if not step:
            return self.text
        lines = self.text.splitlines(keepends=True)
        if step > 0:
            return "".join(" " * step + line if line.strip() else line for line in lines)
        return "".join(line[min(-step, len(line) - len(line.lstrip(" "))) :] for line in lines)


def _first(entry: Any) -> Node:
    return entry[0] if isinstance(entry, tuple) else entry


def _last(entry: Any) -> Node:
    return entry[1] if isinstance(entry, tuple) else entry


def _is_nothing(node: Node) -> bool:
    """`name:` with nothing behind it, or a null."""
    return (
        isinstance(node, yaml.ScalarNode)
        and not node.style
        and node.value.lower() in ("", "~", "null")
    )


def _is_mapping(node: Node) -> bool:
    return isinstance(node, yaml.MappingNode)


def _has_parts(value: Sequence[Any]) -> bool:
    return any(isinstance(one, Mapping) for one in value)


def _position(node: Node, name: str, order: Sequence[str]) -> int:
    """Behind which entries a new name belongs."""
    if name not in order:
        return len(node.value)
    before = set(order[: list(order).index(name)])
    behind = [number for number, (key, _) in enumerate(node.value) if key.value in before]
    return behind[-1] + 1 if behind else 0


def _shifted(path: Path, into: Path, number: int) -> Path:
    """The path of something after an item was put in a list at `number`."""
    depth = len(into)
    if path[:depth] == into and len(path) > depth:
        step = path[depth]
        if isinstance(step, int) and step >= number:
            return (*into, step + 1, *path[depth + 1 :])
    return path


def _same(held: Any, value: Any) -> bool:
    """Whether the loader would read the same; 1 and 1.0 are written differently and differ."""
    if isinstance(value, Mapping):
        return (
            isinstance(held, Mapping)
            and list(held) == list(value)
            and all(_same(held[name], one) for name, one in value.items())
        )
    if isinstance(value, list | tuple):
        return (
            isinstance(held, list)
            and len(held) == len(value)
            and all(_same(one, other) for one, other in zip(held, value, strict=True))
        )
    if isinstance(value, bool) or isinstance(held, bool):
        return held is value
    if isinstance(value, int | Decimal) and isinstance(held, Decimal):
        return str(held) == str(value)
    return type(held) is not Decimal and held == value
