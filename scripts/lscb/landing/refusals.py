"""The one exception of landing: a file that is refused as a whole."""


class Refused(Exception):
    """A file is refused; the code names its row in reason_codes.csv.

    `details` fills the placeholders of the sentence there and never holds a value of
    the file. `is_readable` says whether the file was read to its end all the same,
    and so claims its block.
    """

    def __init__(self, code: str, is_readable: bool = False, **details: object):
        super().__init__(code)
        self.code = code
        self.is_readable = is_readable
        self.details = details
