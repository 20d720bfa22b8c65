"""Looking a company up in the Central Business Register (CVR). By a button of the staff, and only then."""

from panels.cvr.adapters import Found, LookUpFailed, look_up

__all__ = ["Found", "LookUpFailed", "look_up"]
