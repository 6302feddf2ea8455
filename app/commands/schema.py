"""`bangban schema`: the socket contract as one JSON schema, from which the TypeScript types are generated."""

from __future__ import annotations

import json


def schema() -> None:
    """输出 Socket 消息与命令的 JSON Schema（供前端生成类型）。"""
    from app.schema import document
    from channels.web.namespace import VisitorNamespace
    from handoff.desk.namespace import AgentNamespace

    print(
        json.dumps(
            document([VisitorNamespace, AgentNamespace]),
            ensure_ascii=False,
            indent=1,
            sort_keys=True,
        )
    )
