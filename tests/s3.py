"""An S3 server in a process of its own (moto's), spoken to over HTTP, with one bucket."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from core.processes import free_port

BUCKET = "files"


@contextmanager
def server() -> Iterator[str]:
    """Yields its address."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    url = f"http://127.0.0.1:{port}"
    try:
        # Tried again with growing pauses: it takes some seconds to come up.
        transport = httpx.HTTPTransport(retries=8)
        with httpx.Client(transport=transport, trust_env=False, timeout=20) as client:
            assert client.put(f"{url}/{BUCKET}").status_code == 200
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def s3_values(url: str) -> dict[str, object]:
    """Settings that keep files there."""
    return {
        "file_store": "s3", "s3_endpoint": url, "s3_bucket": BUCKET, "s3_access_key": "us",
        "s3_secret_key": "secret",
    }  # fmt: skip
