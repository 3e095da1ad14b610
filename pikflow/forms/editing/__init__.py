"""Changing form files as text: text in, text out, and nothing moves that was not meant.

    spelling     values as YAML, in the quotes a hand would give them
    tree         where everything stands in a text
    document     put, drop, insert and move at a place of the text
    outline      the form as a list of what can be chosen
    panel        which properties a thing has, in groups, and what stands there
    changes      add, move, remove, change: the steps of the form builder
    conditions   an expression as comparisons, and back
    renaming     a field's name in expressions, texts and keys

The text is read by the parser the loader reads with, so both see the same file. An edit replaces
the characters from one mark of that parser to another; whatever lies outside stays as it is.
"""
