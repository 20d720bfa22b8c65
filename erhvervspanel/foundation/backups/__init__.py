"""Backups of the database and of the uploaded files: made, looked after, and put back."""

from erhvervspanel.foundation.backups.making import Made, make_backup
from erhvervspanel.foundation.backups.problems import BackupProblem
from erhvervspanel.foundation.backups.restoring import Restoration, looked_over, restore, settle

__all__ = ["BackupProblem", "Made", "Restoration", "looked_over", "make_backup", "restore", "settle"]
