"""Reminding: what is due from whom, what came of it, and who was told when."""
