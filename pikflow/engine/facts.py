"""What a check needs to know about a form; whoever loads the forms fills it in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FormFacts:
    """The names a form gives and takes.

    `provides` holds dotted names of its values ("betrag", "stellen.vzae"); `reads` the dotted
    names its expressions take from the case ("params.satz"); `sections` its section ids;
    `unused` the dotted names of fields that nobody can fill or that nothing ever shows.
    """

    provides: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    unused: frozenset[str] = frozenset()
