"""Which names an expression reads."""

from dataclasses import dataclass, field
from typing import Any

Tree = list[Any]


@dataclass
class References:
    """`names` are dotted names of the scope as they are used: "stellen", "antrag.betrag".

    `row_names` are what loops read from the rows of such a list: "stellen[].vzae", and
    "antrag.stellen[].kurse[].ue" for a loop inside a loop.
    """

    names: set[str] = field(default_factory=set)
    row_names: set[str] = field(default_factory=set)


def references(tree: Tree) -> References:
    """All free names of a tree; loop variables are not among them."""
    found = References()
    _collect(tree, {}, found)
    return found


def parts(tree: Tree) -> list[Tree]:
    """The trees directly inside of a tree."""
    kind = tree[0]
    if kind in ("value", "name"):
        return []
    if kind == "get":
        return [tree[1]]
    if kind in ("arith", "compare"):
        return [tree[1], *(operand for _, operand in tree[2:])]
    if kind == "dict":
        return [entry for _, entry in tree[1:]]
    if kind == "each":
        return [part for part in tree[2:] if part is not None]
    return tree[2:] if kind == "call" else tree[1:]


def _collect(tree: Tree, variables: dict[str, str | None], found: References) -> None:
    """`variables` maps each loop variable to the path of its list, None when it has none."""
    if (path := _split(tree)) is not None:
        _note(*path, variables, found)
        return
    if tree[0] == "each":
        _, variable, source, *inside = tree
        _collect(source, variables, found)
        rows = _path(source, variables)
        variables = {**variables, variable: None if rows is None else f"{rows}[]"}
        inner = [part for part in inside if part is not None]
    else:
        inner = parts(tree)
    for part in inner:
        _collect(part, variables, found)


def _split(tree: Tree) -> tuple[str, list[str]] | None:
    """(root, keys) of a.b.c; None for anything else."""
    if tree[0] == "name":
        return tree[1], []
    if tree[0] == "get" and tree[1][0] == "name":
        return tree[1][1], tree[2:]
    return None


def _note(root: str, keys: list[str], variables: dict[str, str | None], found: References) -> None:
    if root not in variables:
        found.names.add(".".join([root, *keys]))
        return
    rows = variables[root]
    if rows is not None and keys:
        found.row_names.add(".".join([rows, *keys]))


def _path(tree: Tree, variables: dict[str, str | None]) -> str | None:
    split = _split(tree)
    if split is None:
        return None
    root, keys = split
    start = variables.get(root, root)
    return None if start is None else ".".join([start, *keys])
