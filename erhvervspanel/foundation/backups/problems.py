"""What stands in the way of a backup or of a restore."""


class BackupProblem(Exception):
    """Says in Danish what is wrong, and how to mend it."""
