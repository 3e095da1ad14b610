"""Decisions: DMN tables and expressions, read, checked and evaluated."""
