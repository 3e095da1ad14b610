"""Changes to a BPMN file, bytes in and bytes out; what a change does not touch stays as it was.

`source.py` holds a file so that writing it back gives the same text; `workpiece.py` is one file
on the bench: its text, its model, and the drawing brought along at the end. The other modules are
the changes, each a function of the bytes that gives back `Edited` or refuses with a reason.
"""
