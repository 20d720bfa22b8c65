"""What every admin page of a curated model is made of."""

from erhvervspanel.foundation.desk.confirmation import chosen_rows
from erhvervspanel.foundation.desk.documents import TellsOfDocuments
from erhvervspanel.foundation.desk.export import DraftsExportForm, ExportForm, ExportPage
from erhvervspanel.foundation.desk.followers import PUBLISHING_FOLLOWED, FollowersColumn
from erhvervspanel.foundation.desk.forms import RowFormSet
from erhvervspanel.foundation.desk.history import truth
from erhvervspanel.foundation.desk.lists import ConditionFilter, HappenedFilter, ValueFilter
from erhvervspanel.foundation.desk.publishing import (
    PUBLISHING,
    PublishableAdmin,
    PublishForm,
    StateColumn,
    published_word,
)
from erhvervspanel.foundation.desk.records import (
    SOURCE,
    BlockInline,
    PartAdmin,
    RecordAdmin,
    RowInline,
)

__all__ = [
    "PUBLISHING",
    "PUBLISHING_FOLLOWED",
    "SOURCE",
    "BlockInline",
    "ConditionFilter",
    "DraftsExportForm",
    "ExportForm",
    "ExportPage",
    "FollowersColumn",
    "HappenedFilter",
    "PartAdmin",
    "PublishForm",
    "PublishableAdmin",
    "RecordAdmin",
    "RowFormSet",
    "RowInline",
    "StateColumn",
    "TellsOfDocuments",
    "ValueFilter",
    "chosen_rows",
    "published_word",
    "truth",
]
