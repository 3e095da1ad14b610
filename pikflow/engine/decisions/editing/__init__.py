"""Decision tables as somebody edits them: read as plain data, changed, and written back."""
