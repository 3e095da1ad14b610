"""The form language: from a YAML file to a schema, from raw input to values, and to a page.

    source      YAML that keeps its line numbers
    properties  which properties an object of the language has, and how each is read
    types/      one file per family of field types, and the registry
    language    YAML -> FormSchema, with findings
    names       the names expressions use: unknown ones, circles
    library     a set of form files with building blocks and lists
    parsing     raw text or plain data -> values
    evaluation  conditions, computed values, limits
    submission  bind and validate: the door for services/ and web/
    builder     WTForms fields of a page
    summary     rows for people; generate: answers that satisfy a form; examples: tests in a file

Nothing here knows Flask, a database or the process engine.
"""
