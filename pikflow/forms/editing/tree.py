"""Where everything stands in a YAML text: nodes with their first and last character."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import yaml

from pikflow.forms.source import LOADER, Block, read

Path = tuple[str | int, ...]
Node = Any  # of yaml.Node the stubs tell neither style nor flow_style


class Tree:
    """A text and the nodes of its one mapping.

    Raises DefinitionInvalid for a text the loader would refuse as a whole: no YAML, anchors, a
    name twice.
    """

    def __init__(self, text: str, file: str = "") -> None:
        self.text = text
        self.data: Block = read(text, file)
        self._mark = 1 if text.startswith("\ufeff") else 0  # the parser does not count it
        self.root = yaml.compose(text, Loader=LOADER)

    @cached_property
    def _starts(self) -> list[int]:
        found = [0]
        while (end := self.text.find("\n", found[-1])) >= 0:
            found.append(end + 1)
        return found

    def node(self, path: Path) -> Node | None:
        """The node at a path, None when there is none."""
        node = self.root
        for step in path:
            node = self._inside(node, step)
            if node is None:
                return None
        return node

    def value(self, path: Path) -> Any:
        """The plain data at a path as the loader reads it, None when there is none."""
        found: Any = self.data
        for step in path:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return None
        return found

    def key(self, path: Path) -> Node | None:
        """The node of the name before the colon."""
        above = self.node(path[:-1])
        if not isinstance(above, yaml.MappingNode):
            return None
        return next((key for key, _ in above.value if key.value == path[-1]), None)

    @staticmethod
    def _inside(node: Node, step: str | int) -> Node | None:
        if isinstance(node, yaml.MappingNode):
            return next((value for key, value in node.value if key.value == step), None)
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            return node.value[step] if 0 <= step < len(node.value) else None
        return None

    def start(self, node: Node) -> int:
        return int(node.start_mark.index) + self._mark

    def end(self, node: Node) -> int:
        """Behind the last character; what follows a block (blank lines, remarks) is not in it."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self.end(last[1] if isinstance(last, tuple) else last)
        end = int(node.end_mark.index) + self._mark
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            return max(len(self.text[:end].rstrip()), self.start(node) + 1)
        return end

    def line_start(self, position: int) -> int:
        return self._starts[bisect_right(self._starts, position) - 1]

    def line_end(self, position: int) -> int:
        """Behind the line break of the line the position stands in."""
        end = self.text.find("\n", position)
        return len(self.text) if end < 0 else end + 1

    def column(self, node: Node) -> int:
        return int(node.start_mark.column)

    def dash(self, sequence: Node, number: int) -> int:
        """Where the dash of an item of a block list stands."""
        position = self.start(sequence.value[number])
        line = self.line_start(position)
        column = self.column(sequence)
        while True:
            at = line + column
            if self.text[at : at + 1] == "-" and at <= position:
                return at
            if line == 0:
                return position
            line = self.line_start(line - 1)

    def remarks_above(self, position: int) -> int:
        """The start of the remarks that stand directly above a line, as deep as its content."""
        line = self.line_start(position)
        column = position - line
        while line > 0:
            above = self.line_start(line - 1)
            content = self.text[above:line]
            stripped = content.lstrip(" ")
            if not stripped.startswith("#") or len(content) - len(stripped) != column:
                break
            line = above
        return line

    def walk(self) -> Iterator[tuple[Path, Node]]:
        """Every node with its path, from the top."""
        yield from self._walk((), self.root)

    def _walk(self, path: Path, node: Node) -> Iterator[tuple[Path, Node]]:
        yield path, node
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                yield from self._walk((*path, key.value), value)
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                yield from self._walk((*path, number), value)
