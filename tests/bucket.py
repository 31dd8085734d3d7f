"""A bucket of S3 on this machine, for tests: moto's server, over HTTP as the real one."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from waproject.core import environment

KEYS = {"S3_ACCESS_KEY_ID": "tests", "S3_SECRET_ACCESS_KEY": "tests", "S3_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of the server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def bucket_of(server: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A new bucket, as the settings read it from the environment."""
    name = f"files-{uuid4().hex}"
    boto3.client(
        "s3",
        endpoint_url=server,
        region_name="us-east-1",
        aws_access_key_id="tests",
        aws_secret_access_key="tests",
    ).create_bucket(Bucket=name)
    given = {**KEYS, "S3_BUCKET": name, "S3_FOLDER": "waproject", "S3_ENDPOINT_URL": server}
    for variable, value in given.items():
        monkeypatch.setitem(os.environ, variable, value)
    return environment.file_storage(Path("unused"))
