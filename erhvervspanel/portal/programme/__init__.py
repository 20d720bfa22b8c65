"""Programme files: one year's programme as TOML, from theme to measured outcome.

The format is described in `docs/programme-format.md`. `sections` says what a file may hold; the rest
follows from the models, as a key in the file is the name of a field.
"""

from erhvervspanel.portal.programme.document import ProgrammeError
from erhvervspanel.portal.programme.loader import load_programme

__all__ = ["ProgrammeError", "load_programme"]
