"""XML of pushes: known to be harmless before anything builds a tree of it."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

import xmltodict

from channels.tencent.errors import PushMalformed

# Real pushes are a few kilobytes, three levels deep (picture lists); anything beyond is an attack.
MAX_DEPTH = 8
MAX_ELEMENTS = 500


def check_xml(body: bytes) -> str:
    """The body as text, once it is known to be harmless XML; raises PushMalformed.

    Expat is asked first, because a document type (entity bombs, external files), deep nesting and masses
    of elements must be refused before anything builds a tree of them.
    """
    parser = expat.ParserCreate()
    depth = elements = 0

    def refuse(*_: Any) -> None:
        raise PushMalformed(reason="doctype")

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
            raise PushMalformed(reason="structure")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        text = body.decode("utf-8")
        parser.Parse(body, True)
    except (expat.ExpatError, UnicodeDecodeError, ValueError):
        raise PushMalformed(reason="xml") from None
    return text


def fields_of(xml: str) -> dict[str, Any]:
    try:
        root = xmltodict.parse(xml).get("xml")
    except (expat.ExpatError, ValueError):
        raise PushMalformed(reason="xml") from None
    if not isinstance(root, dict):
        raise PushMalformed(reason="root")
    return root
