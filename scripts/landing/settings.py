"""The settings as landing names them; they are read in the module `settings`."""

from settings import PROJECT, Settings

__all__ = ["PROJECT", "Settings"]
