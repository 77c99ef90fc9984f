"""Disclosure control: what to hide, and what could still be learnt.

`protect` decides which cells of linked tables to hide; `attack` works out from a
publication alone how narrowly each hidden count is known. See
docs/decisions/0006-disclosure-control.md.
"""
