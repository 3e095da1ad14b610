"""The element table of docs/elements.md as rows, each with a small file made for it."""
