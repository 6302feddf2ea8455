"""The one route Rasa may call: POST /webhook?token=... runs an action. `app` mounts it."""

from __future__ import annotations

import hmac
import logging
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from actions.replies import HUMAN
from core.auth.permissions import Permission
from core.conversation.content import ChoicesContent, Content
from core.errors import BangbanError, NotAuthenticated

log = logging.getLogger(__name__)

APOLOGY = "抱歉，刚才没有处理成功。请再说一次，或者转人工由工作人员为您解答。"


def build_router(executor: ActionExecutor, token: str) -> APIRouter:
    """`token` is what Rasa sends (endpoints.yml); without it nobody may run actions."""

    async def only_rasa(given: Annotated[str, Query(alias="token")] = "") -> None:
        if not token or not hmac.compare_digest(given.encode(), token.encode()):
            raise NotAuthenticated("只有 Rasa 可以调用这个地址。")

    only_rasa.permission = Permission.SERVICE_CALL  # type: ignore[attr-defined]
    router = APIRouter(include_in_schema=False, dependencies=[Depends(only_rasa)])

    @router.post("/webhook")
    async def run_action(call: Annotated[dict[str, Any], Body()]) -> JSONResponse:
        action = str(call.get("next_action") or "")
        try:
            # Rasa leaves the domain out (endpoints.yml) as no action reads it; the executor insists on one.
            result = await executor.run({"domain": {}, **call})
        except ActionExecutionRejection as rejection:
            return JSONResponse(
                {"error": rejection.message, "action_name": rejection.action_name}, 400
            )
        except ActionNotFoundException as missing:
            log.error("Rasa asked for an unknown action: %s", missing.action_name)
            return JSONResponse({"error": missing.message, "action_name": missing.action_name}, 404)
        except Exception as error:
            # The call holds what the citizen wrote: only where it broke is logged, never the values.
            log.error("action %s failed: %s", action, _place(error))
            return JSONResponse(_apologise(call, error))
        return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})

    return router


def _place(error: Exception) -> str:
    """Type of the error and the innermost line it came from, without its message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {where}"


def _apologise(call: dict[str, Any], error: Exception) -> dict[str, Any]:
    """A valid reply. In a form the open question stays open, so that the citizen can simply go on."""
    tracker = call.get("tracker") or {}
    slot = (tracker.get("slots") or {}).get("requested_slot")
    in_form = bool((tracker.get("active_loop") or {}).get("name"))
    events = [{"event": "slot", "name": slot, "value": None}] if slot and in_form else []
    text = error.message if isinstance(error, BangbanError) else APOLOGY
    content: Content = ChoicesContent(text=text, choices=[HUMAN])
    return {
        "events": events,
        "responses": [{"custom": {"content": content.model_dump(mode="json")}}],
    }
