"""What can be wrong with a file."""


class SpreadsheetProblem(Exception):
    """A file that cannot be read or written, as a Danish sentence that says why and what to do."""
