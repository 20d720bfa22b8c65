"""What every admin page of a curated model is made of."""

from erhvervspanel.foundation.desk.history import truth
from erhvervspanel.foundation.desk.publishing import (
    PUBLISHING,
    PublishableAdmin,
    PublishingInline,
)
from erhvervspanel.foundation.desk.records import (
    SOURCE,
    PartAdmin,
    RecordAdmin,
    RowInline,
)

__all__ = [
    "PUBLISHING",
    "SOURCE",
    "PartAdmin",
    "PublishableAdmin",
    "PublishingInline",
    "RecordAdmin",
    "RowInline",
    "truth",
]
