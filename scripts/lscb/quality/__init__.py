"""The quality rules: read from expectations/, evaluated by Great Expectations."""
