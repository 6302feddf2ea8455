"""GET and PUT of one document of business rules, for the packages that have such documents.

The answer's ETag names the edition. A PUT that sends it back as If-Match is refused with `settings_changed` when
somebody else has saved meanwhile; without the header the last one wins, as programs that only set things want.
"""

# No `from __future__ import annotations`: FastAPI has to see the model of each document, not its name.

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Response

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.configs import ConfigModel, edition, get_config, put_config
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

Check = Callable[[UnitOfWork, Any], Awaitable[None]]
After = Callable[[Any], Awaitable[None] | None]


def add_document(
    router: APIRouter,
    path: str,
    *,
    name: str,
    model: type[ConfigModel],
    uows: UnitOfWorkFactory,
    permission: Permission = Permission.DESK_SETTINGS,
    check: Check | None = None,
    after: After | None = None,
) -> None:
    """Routes for the document `name` at `path`.

    `check` looks in the transaction at what is to be saved and raises what is wrong with it beyond the model;
    `after` is told what was committed.
    """
    editor = Annotated[Actor, Depends(require(permission))]

    @router.get(path, name=f"read {name}")
    async def read(actor: editor, response: Response) -> model:  # type: ignore[valid-type]
        async with uows.read() as session:
            response.headers["ETag"] = await edition(session, name)
            return await get_config(session, name, model)

    @router.put(path, name=f"write {name}")
    async def write(
        body: model,  # type: ignore[valid-type]
        actor: editor,
        response: Response,
        if_match: Annotated[str | None, Header()] = None,
    ) -> model:  # type: ignore[valid-type]
        async with uows.write() as uow:
            if check is not None:
                await check(uow, body)
            await put_config(uow, name, body, actor.account_id, seen=if_match)
            await uow.session.flush()
            response.headers["ETag"] = await edition(uow.session, name)
        if after is not None and (told := after(body)) is not None:
            await told
        return body
