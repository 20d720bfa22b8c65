"""Documents in object storage, over HTTP to a server that others wrote (moto): put, read, listed, deleted, and away."""

import json
import os
import socket
import subprocess
import sys
import threading
from datetime import timedelta

import boto3
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from erhvervspanel.foundation.documents import orphans
from erhvervspanel.foundation.object_storage import IN_MEMORY
from tests import documents as made
from tests.documents import file
from tests.factories import MaterialFactory

pytestmark = pytest.mark.django_db
BUCKET = "erhvervspanel"
BACKEND = "erhvervspanel.foundation.object_storage.ObjectStorage"
KEYS = {"access_key": "noegle", "secret_key": "hemmelig"}


class Quiet(WSGIRequestHandler):
    def log(self, *arguments):
        """The tests say what they have to say themselves."""


@pytest.fixture(scope="module")
def endpoint():
    """The address of a server that speaks S3."""
    server = make_server(
        "127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, request_handler=Quiet
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def bucket(endpoint):
    """An empty bucket, with the administrator's own client."""
    client = boto3.resource(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="chef",
        aws_secret_access_key="chef",
    )
    made = client.create_bucket(Bucket=BUCKET)
    yield made
    made.objects.all().delete()
    made.delete()


def use(settings, endpoint: str) -> None:
    options = {
        "bucket_name": BUCKET,
        "location": "portal",
        "endpoint_url": endpoint,
        "region_name": "us-east-1",
        **KEYS,
    }
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": BACKEND, "OPTIONS": options}}


@pytest.fixture
def stored(settings, endpoint, bucket):
    """The names in the bucket, which is the portal's storage in this test."""
    use(settings, endpoint)
    yield lambda: sorted(each.key for each in bucket.objects.all())
    default_storage.connection.meta.client.close()


def test_a_document_is_put_in_the_bucket_and_read_through_the_portal(client, stored, bucket):
    material = MaterialFactory(uploaded=True, document=file("oplæg.pdf", made.pdf()))
    assert stored() == [f"portal/{material.document.name}"]
    response = client.get(material.get_absolute_url())
    assert b"".join(response.streaming_content) == made.pdf()
    assert (response["Content-Type"], response["Content-Length"]) == ("application/pdf", str(len(made.pdf())))
    granted = bucket.Object(stored()[0]).Acl().grants
    assert [grant["Grantee"]["Type"] for grant in granted] == ["CanonicalUser"]  # the owner, and nobody else


def test_a_document_longer_than_memory_is_given_is_read_whole(client, stored):
    content = made.with_part(made.word(), "word/media/stoej.bin", os.urandom(IN_MEMORY))
    material = MaterialFactory(uploaded=True, document=file("a.docx", content))
    assert material.document_size > IN_MEMORY
    assert b"".join(client.get(material.get_absolute_url()).streaming_content) == content


def test_documents_without_a_row_are_deleted_from_the_bucket(stored, monkeypatch):
    kept, gone = MaterialFactory(uploaded=True), MaterialFactory(uploaded=True)
    gone.delete()
    assert orphans.forget_orphans() == 0
    monkeypatch.setattr(orphans, "KEPT", timedelta(days=-1))  # the clock of the storage is not ours to set
    assert orphans.forget_orphans() == 1
    assert stored() == [f"portal/{kept.document.name}"]
    assert default_storage.get_modified_time(kept.document.name) <= timezone.now() + timedelta(seconds=1)


def test_an_empty_bucket_has_no_documents_to_delete(stored):
    assert orphans.stored_names() == []


def test_a_storage_that_does_not_answer_breaks_no_page(client, settings, stored, caplog):
    material = MaterialFactory(uploaded=True)
    with socket.socket() as nobody:  # takes the port and does not listen
        nobody.bind(("127.0.0.1", 0))
        use(settings, f"http://127.0.0.1:{nobody.getsockname()[1]}")
        assert client.get(material.meeting.get_absolute_url()).status_code == 200
        assert client.get(material.get_absolute_url()).status_code == 503
        assert orphans.forget_orphans() == 0


def test_a_document_that_the_bucket_has_lost_is_told_so(client, stored, bucket):
    material = MaterialFactory(uploaded=True)
    bucket.objects.all().delete()
    assert client.get(material.get_absolute_url()).status_code == 503


# -- The settings ----------------------------------------------------------------------------------------------
S3 = {
    "MEDIA_URL": "s3://erhvervspanel/portal",
    "AWS_ACCESS_KEY_ID": "noegle",
    "AWS_SECRET_ACCESS_KEY": "hemmelig",
}
SHOW = """
import json
from erhvervspanel import settings
print(json.dumps([str(getattr(settings, "MEDIA_ROOT", "")), settings.STORAGES["default"]]))
"""


def started(**environment: str) -> subprocess.CompletedProcess:
    """What happens where the portal is started with `environment`; an empty value counts as none."""
    own = {name: "" for name in os.environ if name.startswith("AWS_")}
    return subprocess.run(  # noqa: S603 (our own settings)
        [sys.executable, "-c", SHOW],
        env=os.environ | own | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (S3 | {"AWS_SECRET_ACCESS_KEY": ""}, "AWS_SECRET_ACCESS_KEY mangler, når MEDIA_URL er s3://…."),
        (S3 | {"AWS_ACCESS_KEY_ID": ""}, "AWS_ACCESS_KEY_ID mangler, når MEDIA_URL er s3://…."),
        (S3 | {"MEDIA_URL": ""}, "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY er sat, men MEDIA_URL peger ikke på s3://…."),
        ({"MEDIA_URL": "s3://"}, "MEDIA_URL skal være file:///mappe eller s3://spand."),
        ({"MEDIA_URL": "/srv/media"}, "MEDIA_URL skal være file:///mappe eller s3://spand."),
        ({"MEDIA_URL": "file://srv/media"}, "MEDIA_URL skal være file:///mappe eller s3://spand."),
    ],
)  # fmt: skip
def test_a_storage_that_is_half_set_stops_the_start(environment, sentence):
    stopped = started(**environment)
    assert (stopped.returncode, sentence in stopped.stderr) == (1, True), stopped.stderr


def test_where_the_files_are_is_read_from_the_environment():
    folder = json.loads(started(MEDIA_URL="file:///srv/media").stdout)
    bucket = json.loads(started(**S3, AWS_S3_ENDPOINT_URL="https://s3.example.org").stdout)
    assert folder == ["/srv/media", {"BACKEND": "django.core.files.storage.FileSystemStorage"}]
    options = {
        "bucket_name": "erhvervspanel",
        "location": "portal",
        "access_key": "noegle",
        "secret_key": "hemmelig",
        "endpoint_url": "https://s3.example.org",
        "region_name": None,
    }
    assert bucket == ["", {"BACKEND": BACKEND, "OPTIONS": options}]
