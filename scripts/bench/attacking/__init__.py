"""Attackers that share no code with the guard, and the worlds that they attack."""
