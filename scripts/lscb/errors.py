"""What a user can cause and correct: commands end on it with one sentence and 2."""


class UserError(Exception):
    """A command cannot do what it was asked; the message says why and what to do."""
