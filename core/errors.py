"""The named errors of the product. Each carries a stable code; HTTP and sockets map them in one place each."""

from __future__ import annotations

from typing import Any


class BangbanError(Exception):
    """Base of all errors that may reach a caller.

    `code` is stable and part of the contract; `message` is a Chinese sentence a person can act on;
    `status` is the HTTP status it maps to; `details` is JSON and never holds personal data.
    """

    code = "internal"
    status = 500
    default_message = "系统出了点问题，请稍后再试。"

    def __init__(self, message: str | None = None, **details: Any) -> None:
        self.message = message or self.default_message
        self.details = details
        super().__init__(self.message)

    def as_dict(self) -> dict[str, Any]:
        """The error object of the contract: code, message, details."""
        return {"code": self.code, "message": self.message, "details": self.details}


class InvalidInput(BangbanError):
    code, status, default_message = "invalid_input", 422, "提交的内容不符合要求。"


class MessageEmpty(InvalidInput):
    code, default_message = "message_empty", "消息是空的，请输入内容后再发送。"


class MessageTooLong(InvalidInput):
    code, status, default_message = "message_too_long", 413, "消息太长了，请分几次发送。"


class NotAuthenticated(BangbanError):
    code, status, default_message = "not_authenticated", 401, "请先登录。"


class LoginFailed(BangbanError):
    code, status, default_message = "login_failed", 401, "账号或密码不对。"


class TooManyRequests(BangbanError):
    code, status, default_message = "too_many_requests", 429, "操作太频繁，请稍后再试。"


class PermissionDenied(BangbanError):
    code, status, default_message = "permission_denied", 403, "您没有这项操作的权限。"


class NotFound(BangbanError):
    code, status, default_message = "not_found", 404, "没有找到。"


class Conflict(BangbanError):
    code, status, default_message = "conflict", 409, "状态已经变化，请刷新后再试。"


class IllegalTransition(Conflict):
    """A status table has no such step. Details: `status`, `trigger`."""

    code, default_message = "illegal_transition", "当前状态下不能这样操作。"


class AlreadyClaimed(Conflict):
    code, default_message = "already_claimed", "这个会话已经被其他坐席接走了。"


class CapacityReached(Conflict):
    code, default_message = "capacity_reached", "您接待的会话已到上限，请先结束一些会话。"


class NotOwner(PermissionDenied):
    code, default_message = "not_owner", "这个会话不在您手里。"


class Unavailable(BangbanError):
    """A part the caller needs is down. Details: `part`."""

    code, status, default_message = "unavailable", 503, "服务暂时不可用，请稍后再试。"
