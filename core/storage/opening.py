"""The file store that the settings name. Called by `app`, which gives each kind of files a place of its own."""

from __future__ import annotations

from core.errors import InvalidInput
from core.settings import Settings
from core.storage import FileStore
from core.storage.local import LocalFiles


def open_store(settings: Settings, whose: str) -> FileStore:
    """The store for the files of `whose` (conversations, knowledge). Raises InvalidInput for half a configuration."""
    if settings.file_store == "local":
        return LocalFiles(settings.resolved_attachment_dir / whose)
    from core.storage.s3 import Bucket, S3Files

    if not (settings.s3_bucket and settings.s3_access_key and settings.s3_secret_key):
        raise InvalidInput(
            "BANGBAN_FILE_STORE=s3 时，还要设置 BANGBAN_S3_BUCKET、BANGBAN_S3_ACCESS_KEY 和 "
            "BANGBAN_S3_SECRET_KEY。",
            field="file_store",
        )
    bucket = Bucket(
        name=settings.s3_bucket, endpoint=settings.s3_endpoint, region=settings.s3_region,
        access_key=settings.s3_access_key, secret_key=settings.s3_secret_key.get_secret_value(),
        path_style=settings.s3_path_style,
    )  # fmt: skip
    return S3Files(
        bucket, "/".join(part for part in (settings.s3_prefix.strip("/"), whose) if part)
    )
