"""Accounts as administrators look after them: what changes holds at once, and somebody can always get in."""

from __future__ import annotations

import asyncio
import csv
import io
from dataclasses import dataclass, field

import pytest
from argon2 import PasswordHasher

from core import audit
from core.audit_reading import AuditFilter, AuditReader
from core.auth import passwords
from core.auth.account_schemas import AccountCreate, AccountUpdate, DepartmentWrite
from core.auth.accounts import AccountService, LastAdmin
from core.auth.actor import Actor, Scope
from core.auth.departments import DepartmentService
from core.auth.permissions import Role
from core.auth.service import AuthService, WrongPassword, create_account
from core.clock import FixedClock
from core.errors import Conflict, InvalidInput, LoginFailed, NotAuthenticated, NotFound
from core.ids import new_id
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.tickets.models import Ticket

PASSWORD = "correct horse 1"


@dataclass
class Work:
    """Who had to leave their work, whose tickets are handed on, and whose desks were closed."""

    left: list[str] = field(default_factory=list)
    handed_on: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)

    async def leave(self, account_id: str, actor: str) -> None:
        self.left.append(account_id)

    async def gone(self, uow: UnitOfWork, account_id: str) -> None:
        self.handed_on.append(account_id)

    async def cut_off(self, account_id: str) -> None:
        self.cut.append(account_id)


@dataclass
class Office:
    uows: UnitOfWorkFactory
    auth: AuthService
    accounts: AccountService
    work: Work
    admin: Actor


@pytest.fixture
async def office(uow_factory: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch) -> Office:
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    async with uow_factory.write() as uow:
        await create_account(
            uow, login="root", name="管理员", role=Role.ADMIN, password=PASSWORD, actor="test"
        )
    work = Work()
    auth = AuthService(uow_factory, session_hours=1)
    admin, _token = await auth.login("root", PASSWORD, "test")
    return Office(uow_factory, auth, AccountService(uows=uow_factory, workplace=work), work, admin)


async def hire(
    office: Office, login: str, role: Role = Role.AGENT, **more: object
) -> tuple[str, str]:
    """A new account: its id and password."""
    wanted = AccountCreate.model_validate({"login": login, "name": login, "role": role, **more})
    shown = await office.accounts.create(wanted, office.admin)
    return shown.account.id, shown.password


async def test_a_new_account_logs_in_with_the_password_shown_and_sees_as_far_as_it_was_given(
    office: Office,
) -> None:
    _id, password = await hire(office, "li", scope="own")
    actor, _token = await office.auth.login("li", password, "test")
    assert (actor.role, actor.scope) == (Role.AGENT, Scope.OWN)


async def test_another_role_holds_at_once_and_wants_a_new_login(office: Office) -> None:
    account_id, password = await hire(office, "li", Role.SUPERVISOR)
    _actor, token = await office.auth.login("li", password, "test")
    await office.accounts.update(account_id, AccountUpdate(role=Role.AGENT), office.admin)
    with pytest.raises(NotAuthenticated):
        await office.auth.authenticate(token)
    assert office.work.cut == [account_id]
    actor, _token = await office.auth.login("li", password, "test")
    assert actor.role is Role.AGENT


async def test_what_is_left_out_of_a_change_stays(office: Office) -> None:
    account_id, password = await hire(office, "li", scope="own")
    _actor, token = await office.auth.login("li", password, "test")
    read = await office.accounts.update(account_id, AccountUpdate(name="李四"), office.admin)
    assert (read.name, read.scope, read.role) == ("李四", Scope.OWN, Role.AGENT)
    assert (await office.auth.authenticate(token)).name == "李四"
    back = AccountUpdate.model_validate({"scope": None})
    read = await office.accounts.update(account_id, back, office.admin)
    assert (read.scope, read.scope_in_force) == (None, Scope.GROUP)


async def test_a_deactivated_account_is_out_at_once_and_hands_its_work_on(office: Office) -> None:
    account_id, password = await hire(office, "li")
    _actor, token = await office.auth.login("li", password, "test")
    await office.accounts.deactivate(account_id, office.admin)
    with pytest.raises(NotAuthenticated):
        await office.auth.authenticate(token)
    with pytest.raises(LoginFailed):
        await office.auth.login("li", password, "test")
    assert (office.work.left, office.work.handed_on, office.work.cut) == ([account_id],) * 3
    await office.accounts.reactivate(account_id, office.admin)
    await office.auth.login("li", password, "test")


async def test_who_serves_nobody_has_no_work_to_hand_on(office: Office) -> None:
    account_id, _password = await hire(office, "bian", Role.EDITOR)
    await office.accounts.deactivate(account_id, office.admin)
    assert office.work.left == []


async def test_the_last_administrator_can_neither_go_nor_step_down(office: Office) -> None:
    with pytest.raises(LastAdmin):
        await office.accounts.deactivate(office.admin.account_id, office.admin)
    demoted = AccountUpdate(role=Role.SUPERVISOR)
    with pytest.raises(LastAdmin):
        await office.accounts.update(office.admin.account_id, demoted, office.admin)
    second, _password = await hire(office, "second", Role.ADMIN)
    await office.accounts.deactivate(second, office.admin)
    with pytest.raises(LastAdmin):
        await office.accounts.update(office.admin.account_id, demoted, office.admin)
    await office.accounts.reactivate(second, office.admin)
    await office.accounts.update(office.admin.account_id, demoted, office.admin)


async def test_two_administrators_who_demote_each_other_at_once_leave_one(office: Office) -> None:
    second, _password = await hire(office, "second", Role.ADMIN)
    demoted = AccountUpdate(role=Role.AGENT)
    outcomes = await asyncio.gather(
        office.accounts.update(office.admin.account_id, demoted, office.admin),
        office.accounts.update(second, demoted, office.admin),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["AccountDetail", "LastAdmin"]


async def test_a_reset_password_replaces_the_old_and_ends_the_logins(office: Office) -> None:
    account_id, password = await hire(office, "li")
    _actor, token = await office.auth.login("li", password, "test")
    shown = await office.accounts.reset_password(account_id, office.admin)
    with pytest.raises(NotAuthenticated):
        await office.auth.authenticate(token)
    with pytest.raises(LoginFailed):
        await office.auth.login("li", password, "test")
    await office.auth.login("li", shown.password, "test")


async def test_changing_ones_own_password_keeps_this_login_and_ends_the_others(
    office: Office,
) -> None:
    _id, password = await hire(office, "li")
    actor, here = await office.auth.login("li", password, "test")
    _actor, elsewhere = await office.auth.login("li", password, "test")
    with pytest.raises(WrongPassword):
        await office.auth.change_password(actor, "not the one", "a better password", here)
    await office.auth.change_password(actor, password, "a better password", here)
    await office.auth.authenticate(here)
    with pytest.raises(NotAuthenticated):
        await office.auth.authenticate(elsewhere)
    await office.auth.login("li", "a better password", "test")


@pytest.mark.parametrize(
    "bad", ["short", "1234567890", "aaaaaaaaaaaa", "zhangsan-12", "admin123456"]
)
async def test_a_password_that_is_guessed_at_once_is_refused(office: Office, bad: str) -> None:
    _id, password = await hire(office, "zhangsan")
    actor, token = await office.auth.login("zhangsan", password, "test")
    with pytest.raises(InvalidInput) as refused:
        await office.auth.change_password(actor, password, bad, token)
    assert refused.value.details == {"field": "password"}


async def test_accounts_are_listed_by_pages_and_found_by_name(office: Office) -> None:
    for number in range(5):
        await hire(office, f"agent{number}", name=f"坐席{number}号")
    first = await office.accounts.page(limit=4)
    rest = await office.accounts.page(limit=4, after=first.next)
    logins = [row.login for row in [*first.items, *rest.items]]
    assert (logins, rest.next) == (["agent0", "agent1", "agent2", "agent3", "agent4", "root"], None)
    assert rest.items[-1].last_login_at is not None
    found = await office.accounts.page(text="席3")
    assert [row.login for row in found.items] == ["agent3"]


async def test_departments_make_a_tree_without_circles(office: Office) -> None:
    departments = DepartmentService(office.uows)
    top = await departments.save(DepartmentWrite(name="客服中心"), office.admin)
    below = await departments.save(DepartmentWrite(name="热线一组", parent_id=top.id), office.admin)
    with pytest.raises(InvalidInput):
        await departments.save(
            DepartmentWrite(name="客服中心", parent_id=below.id), office.admin, top.id
        )
    with pytest.raises(InvalidInput):
        await departments.save(
            DepartmentWrite(name="客服中心", parent_id=top.id), office.admin, top.id
        )
    with pytest.raises(Conflict):
        await departments.save(DepartmentWrite(name="热线一组"), office.admin)
    account_id, _password = await hire(office, "li", department_id=below.id)
    with pytest.raises(Conflict, match="下面还有部门"):
        await departments.delete(top.id, office.admin)
    with pytest.raises(Conflict, match="还有账号"):
        await departments.delete(below.id, office.admin)
    moved = AccountUpdate.model_validate({"department_id": None})
    await office.accounts.update(account_id, moved, office.admin)
    await departments.delete(below.id, office.admin)
    assert [(each.name, each.accounts) for each in await departments.all()] == [("客服中心", 0)]


async def test_every_change_is_in_the_audit_trail_newest_first(office: Office) -> None:
    account_id, _password = await hire(office, "li")
    await office.accounts.update(account_id, AccountUpdate(name="李四"), office.admin)
    await office.accounts.reset_password(account_id, office.admin)
    await office.accounts.deactivate(account_id, office.admin)
    wanted = AuditFilter(subject=account_id)
    reader = AuditReader(office.uows)
    first = await reader.page(wanted, after=None, limit=2)
    rest = await reader.page(wanted, after=first.next, limit=2)
    entries = [*first.items, *rest.items]
    assert [each.label for each in entries] == [
        "账号：停用",
        "重置密码",
        "账号：修改",
        "账号：新建",
    ]
    assert {each.actor_name for each in entries} == {"管理员"}
    assert {each.subject_label for each in entries} == {"账号 李四"}
    assert rest.next is None
    by_thing = await reader.page(AuditFilter(action="account"), after=None, limit=50)
    assert len(by_thing.items) == 6  # with the making of the administrator and the login


async def test_the_exported_trail_runs_no_formula_and_is_itself_noted(office: Office) -> None:
    async with office.uows.write() as uow:
        audit.record(
            uow, actor="system", action="=cmd|'/c calc'!A1", subject="config:+1", note="@x"
        )
    reader = AuditReader(office.uows)
    lines = "".join([piece async for piece in await reader.export(AuditFilter(), office.admin)])
    rows = list(csv.reader(io.StringIO(lines.removeprefix("\ufeff"))))
    assert rows[0][0] == "时间"
    assert len(rows) == 1 + 4
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    newest = (await reader.page(AuditFilter(), after=None, limit=10)).items
    assert any(each.action == "audit.exported" for each in newest)


async def test_a_department_is_led_by_somebody_who_works_here(office: Office) -> None:
    departments = DepartmentService(office.uows)
    leader, _password = await hire(office, "zhao")
    led = await departments.save(DepartmentWrite(name="稽核科", leader_id=leader), office.admin)
    assert (led.leader_name, led.leader_active) == ("zhao", True)
    await office.accounts.deactivate(leader, office.admin)
    [read] = await departments.all()
    assert (read.leader_id, read.leader_active) == (leader, False)
    # Who has left may stay until somebody is found, but is not chosen anew.
    again = DepartmentWrite(name="稽核执法科", leader_id=leader)
    await departments.save(again, office.admin, led.id)
    for stranger in (leader, "01890a5d-ac96-774b-bcce-b302099a8057"):
        new = DepartmentWrite(name="信贷科", leader_id=stranger)
        with pytest.raises(NotFound):
            await departments.save(new, office.admin)


async def test_a_department_with_tickets_stays(office: Office, clock: FixedClock) -> None:
    departments = DepartmentService(office.uows)
    department = await departments.save(DepartmentWrite(name="稽核科"), office.admin)
    async with office.uows.write() as uow:
        uow.session.add(
            Ticket(
                id=new_id(), number="GD20261123-0001", type="other", title="x", status="new",
                source="agent", department_id=department.id,
                created_at=clock.now(), updated_at=clock.now(),
            )
        )  # fmt: skip
    with pytest.raises(Conflict) as refused:
        await departments.delete(department.id, office.admin)
    assert refused.value.details["reason"] == "in_use"
