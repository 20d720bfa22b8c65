"""How static files are stored in production."""

import re
from functools import cache
from pathlib import Path

from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLE = "css/site.css"
IMPORT = re.compile(r'@import url\("([\w.-]+)"\);\n?')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
IDLE_SPACE = re.compile(r"\s*([{};,])\s*")


class BundlingStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed, with `css/site.css` as one file: what it imports stands in its place, without comments.

    The imported files lie beside it, so addresses in them stay right. A file's address is worked out once: it stays until the next
    release.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.url = cache(self.url)

    def post_process(self, paths, dry_run=False, **options):
        if BUNDLE in paths and not dry_run:
            self.bundle(paths)
        yield from super().post_process(paths, dry_run, **options)

    def bundle(self, paths) -> None:
        storage, path = paths[BUNDLE]
        with storage.open(path) as file:
            source = file.read().decode()
        with Path(self.path(BUNDLE)).open("w", encoding="utf-8") as bundle:
            bundle.write(minified(IMPORT.sub(lambda found: self.imported(storage, path, found[1]), source)))
        paths[BUNDLE] = (self, BUNDLE)

    def imported(self, storage, path: str, name: str) -> str:
        folder = path.rpartition("/")[0]
        with storage.open(f"{folder}/{name}") as file:
            return file.read().decode()


def minified(css: str) -> str:
    """`css` without comments and idle space. Strings in it must not hold braces, semicolons or commas."""
    css = COMMENT.sub("", css)
    css = re.sub(r"\s+", " ", css)
    return IDLE_SPACE.sub(r"\1", css).replace(";}", "}").strip() + "\n"
