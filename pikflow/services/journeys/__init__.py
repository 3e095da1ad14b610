"""Journeys: what a clerk wrote down about a case, walked step by step (docs/journeys.md)."""
