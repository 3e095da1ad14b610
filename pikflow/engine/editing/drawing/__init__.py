"""The drawing of a file, brought along after a change: what was not touched keeps its place."""
