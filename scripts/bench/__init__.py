"""Benches: what is measured and broken on purpose. The package lscb imports none."""
