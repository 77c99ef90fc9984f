"""Careless changes, drawn by rule, each held against the tests that should see it."""
