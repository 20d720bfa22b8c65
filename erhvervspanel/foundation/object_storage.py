"""Uploaded files in object storage that speaks S3: private, and reached by the portal alone."""

from botocore.config import Config
from storages.backends.s3 import S3Storage

IN_MEMORY = 2_000_000  # bytes of a file that is read; what is beyond goes to the temporary folder

# A storage that does not answer holds a thread for some seconds, not for minutes as boto3 would.
PATIENCE = {
    "connect_timeout": 3,
    "read_timeout": 10,
    "retries": {"total_max_attempts": 2, "mode": "standard"},
}
# Without the checksums that Amazon added in 2025, which other storages do not know.
PLAIN = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}


class ObjectStorage(S3Storage):
    """A bucket that is nobody's but the portal's. No file gets rights of its own: the bucket's hold, which are private.

    Names are made so that no two are the same (`DocumentField`), which saves asking whether one is taken.
    """

    def __init__(self, **options):
        style = {"addressing_style": "path"} if options.get("endpoint_url") else None
        config = Config(s3=style, signature_version="s3v4", **PATIENCE, **PLAIN)
        super().__init__(
            default_acl=None, file_overwrite=True, max_memory_size=IN_MEMORY, client_config=config, **options
        )
