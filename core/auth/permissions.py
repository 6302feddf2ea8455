"""Roles and what they may do. Every route and socket command names one of these permissions."""

from __future__ import annotations

from enum import StrEnum

from core.errors import PermissionDenied


class Permission(StrEnum):
    PUBLIC = "public"  # declared on purpose: needs no login
    ACCOUNT_SELF = "account.self"  # whoever is logged in, about themselves
    CONVERSATION_READ = "conversation.read"
    CONVERSATION_SERVE = "conversation.serve"  # claim, answer, transfer, release, close
    CONVERSATION_READ_ALL = "conversation.read_all"  # those of others as well
    CONVERSATION_SUPERVISE = (
        "conversation.supervise"  # the wall: look in, whisper, reassign, take over, log out
    )
    PERSONAL_READ = "personal.read"  # see masked numbers in full; every look is audited
    SAVED_REPLY_SHARE = "saved_reply.share"  # write quick replies for everybody or for a group
    TICKET_READ = "ticket.read"
    TICKET_HANDLE = "ticket.handle"
    TICKET_DISPATCH = "ticket.dispatch"  # say whose a ticket is; see those of all departments
    KNOWLEDGE_READ = "knowledge.read"
    KNOWLEDGE_EDIT = "knowledge.edit"  # write drafts, file them, upload pictures
    KNOWLEDGE_REVIEW = (
        "knowledge.review"  # publish and send back what others wrote, retire, roll back
    )
    BOT_READ = "bot.read"  # see intents, texts, trainings; test a sentence
    BOT_EDIT = "bot.edit"  # write intents, examples, texts and flows; train
    BOT_SWITCH = "bot.switch"  # decide which model answers the citizens
    DESK_SETTINGS = "desk.settings"  # duty hours, rules, texts, groups
    ACCOUNT_MANAGE = "account.manage"
    AUDIT_READ = "audit.read"
    SERVICE_CALL = "service.call"  # our own Rasa calling actions


class Role(StrEnum):
    AGENT = "agent"
    HANDLER = "handler"  # works on tickets in a department, and serves no conversations
    EDITOR = "editor"  # writes the knowledge base and serves nobody
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    PROGRAM = (
        "program"  # another system with its key; what the key leaves of it: core/auth/actor.py
    )


_P = Permission
_AGENT = {
    _P.ACCOUNT_SELF,
    _P.CONVERSATION_READ,
    _P.CONVERSATION_SERVE,
    _P.PERSONAL_READ,
    _P.TICKET_READ,
    _P.TICKET_HANDLE,
    _P.KNOWLEDGE_READ,
}
_HANDLER = {
    _P.ACCOUNT_SELF, _P.PERSONAL_READ, _P.TICKET_READ, _P.TICKET_HANDLE, _P.KNOWLEDGE_READ,
}  # fmt: skip
_EDITOR = {_P.ACCOUNT_SELF, _P.KNOWLEDGE_READ, _P.KNOWLEDGE_EDIT, _P.BOT_READ, _P.BOT_EDIT}
_SUPERVISOR = _AGENT | {
    _P.CONVERSATION_READ_ALL,
    _P.CONVERSATION_SUPERVISE,
    _P.SAVED_REPLY_SHARE,
    _P.TICKET_DISPATCH,
    _P.KNOWLEDGE_EDIT,
    _P.KNOWLEDGE_REVIEW,
    _P.BOT_READ,
    _P.BOT_EDIT,
    # As with articles: an editor writes, somebody with more experience brings it to the citizens.
    _P.BOT_SWITCH,
    _P.DESK_SETTINGS,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: frozenset(_AGENT),
    Role.HANDLER: frozenset(_HANDLER),
    Role.EDITOR: frozenset(_EDITOR),
    Role.SUPERVISOR: frozenset(_SUPERVISOR),
    Role.PROGRAM: frozenset({_P.ACCOUNT_SELF, _P.TICKET_READ, _P.TICKET_HANDLE}),
    Role.ADMIN: frozenset(_SUPERVISOR | {_P.ACCOUNT_MANAGE, _P.AUDIT_READ}),
}


def check(role: Role, permission: Permission) -> None:
    """Raise PermissionDenied unless `role` has `permission`."""
    if permission is not Permission.PUBLIC and permission not in GRANTS[role]:
        raise PermissionDenied(permission=permission)
