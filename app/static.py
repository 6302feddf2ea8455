"""The built files of the web folder: compressed once by the build, kept by browsers for ever where the name says so."""

from __future__ import annotations

import mimetypes
import os
import re
from collections.abc import Mapping
from pathlib import Path

from fastapi.responses import FileResponse
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FOR_EVER = "public, max-age=31536000, immutable"
# Names the build gives: another content has another name.
_HASHED = re.compile(r"-[A-Za-z0-9_-]{8}\.\w+$")
_NO_GZIP = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*")
# Widgets are on pages of any origin; modules come with CORS or not at all.
ANYWHERE = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header has gzip, and not with a weight of nought."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = weight
    chosen = weights.get("gzip", weights.get("*"))
    return chosen is not None and _NO_GZIP.fullmatch(chosen) is None


def built_file(path: Path, asked: Headers, extra: Mapping[str, str] | None = None) -> Response:
    """The file, or what the build made of it with gzip (scripts/finish.mjs) for who takes that; 304 for who has it.

    `asked`: the request's headers; `extra`: what goes with the answer besides. Raises FileNotFoundError.
    """
    headers = {
        # Without a hash the address stays the same from version to version: browsers must ask whether it changed.
        "cache-control": _FOR_EVER if _HASHED.search(path.name) else "no-cache",
        "vary": "accept-encoding",
        **(extra or {}),
    }
    compressed = path.with_name(f"{path.name}.gz")
    sent = path
    if takes_gzip(asked.get("accept-encoding", "")) and compressed.is_file():
        sent = compressed
        headers["content-encoding"] = "gzip"
    media_type = mimetypes.guess_type(path.name)[0]
    answer = FileResponse(sent, headers=headers, media_type=media_type, stat_result=sent.stat())
    known = {tag.strip().removeprefix("W/") for tag in asked.get("if-none-match", "").split(",")}
    if answer.headers["etag"] not in known:
        return answer
    headers.pop("content-encoding", None)
    return Response(status_code=304, headers={**headers, "etag": answer.headers["etag"]})


class BuiltFiles(StaticFiles):
    """A folder of the build. `extra` headers go with every file."""

    def __init__(self, directory: Path, extra: Mapping[str, str] | None = None) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._extra = extra

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        answer = built_file(Path(full_path), Headers(scope=scope), self._extra)
        if status_code != 200:
            answer.status_code = status_code
        return answer
