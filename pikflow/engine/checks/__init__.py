"""The parts of the check, by subject; check.py calls them all."""
