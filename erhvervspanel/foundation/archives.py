"""ZIP files that are the same bytes whenever they hold the same."""

import io
import zipfile
from collections.abc import Mapping

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP file can say
READABLE = 0o644 << 16


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of `files` in their order, without any moment, owner or machine in it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = READABLE
            entry.create_system = 3
            written.writestr(entry, content)
    return archive.getvalue()
