"""Processes without a database of their own: `pikflow simulate`, trials and rehearsals."""
