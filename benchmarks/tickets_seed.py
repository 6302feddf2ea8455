"""A town's tickets of some years, written in bulk: for benchmarks.tickets, and to look at the lists by hand.

COPY on PostgreSQL, plain inserts on SQLite. How often what occurs is drawn as in real towns: nearly all is closed, some
types, businesses and departments have most, words follow Zipf's law, and a few are in a handful of tickets alone.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from handoff.tickets.words import words_of

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
DAYS = 1100
SEED = 8
TYPES = {
    "consultation": 45, "complaint": 20, "hotline_12345": 12, "correction": 8, "suggestion": 7, "other": 4,
    "report": 3, "petition": 1,
}  # fmt: skip
BUSINESSES = {
    "提取": 35,
    "贷款": 25,
    "缴存": 18,
    "养老": 9,
    "医疗": 6,
    "社保卡": 4,
    "执法": 2,
    None: 1,
}
REGIONS = {
    "市本级": 40,
    "东城": 20,
    "西城": 14,
    "高新区": 10,
    "开发区": 8,
    "临江县": 5,
    "云山县": 2,
    "海岛": 1,
}
PRIORITIES = {"normal": 85, "high": 8, "low": 5, "urgent": 2}
SOURCES = {"agent": 45, "bot": 20, "citizen": 20, "api": 7, "left_message": 5, "import": 3}
CHANNELS = {"web": 40, "wechat": 35, "miniprogram": 15, None: 8, "wecom": 2}
SUBJECTS = (
    "租房提取", "购房提取", "离职提取", "退休提取", "贷款审批", "提前还款", "异地转移", "单位欠缴", "缴存基数",
    "利息计算", "账户合并", "姓名有误", "证件过期", "窗口排队", "电话打不通", "网上办事大厅登录", "短信验证码",
    "放款进度", "对冲还贷", "社保卡补办", "养老待遇测算", "医保报销", "工伤认定", "失业金申领", "公积金断缴",
    "配偶额度", "二手房评估", "材料退回",
)  # fmt: skip
SAID = (
    "市民反映{a}一直没有结果，上次答复说三个工作日，到现在没有消息", "来电咨询{a}需要哪些材料，{b}能不能一起办",
    "单位经办人称{a}时系统提示错误，请核实后回复", "对{a}的答复不满意，要求重新办理并说明依据",
    "希望{b}的流程能简化，{a}不要再跑窗口", "市民表示{a}已经超过承诺时限，{b}也受到影响，请尽快联系",
    "本人{a}材料已经交齐，工作人员说要等{b}完成，想知道还要多久",
)  # fmt: skip
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志红梅文博宇轩子涵欣怡雨晨浩然思远家豪佳慧"
# In a handful of tickets each: what somebody remembers of the one he looks for.
RARE = ("翡翠湾花园", "鸿运渡槽厂", "琥珀里社区", "驿站咖啡", "麒麟岗小学", "蓬莱染织")


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    role: str
    department_id: str | None


@dataclass
class Town:
    """Departments (two levels), and who works there."""

    departments: list[tuple[str, str, str | None]] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    def handlers(self) -> list[Person]:
        return [each for each in self.people if each.role == "handler"]


def draw_town(chance: random.Random) -> Town:
    town = Town()
    for number in range(8):
        top = str(uuid.UUID(int=chance.getrandbits(128)))
        town.departments.append((top, f"第{number + 1}处", None))
        for below in range(5):
            key = str(uuid.UUID(int=chance.getrandbits(128)))
            town.departments.append((key, f"第{number + 1}处{below + 1}科", top))
    below_top = [key for key, _, parent in town.departments if parent]
    for number in range(300):
        town.people.append(_person(chance, "handler", below_top[number % len(below_top)]))
    town.people += [_person(chance, "agent", None) for _ in range(60)]
    town.people += [_person(chance, "supervisor", None) for _ in range(6)]
    return town


def _person(chance: random.Random, role: str, department: str | None) -> Person:
    return Person(str(uuid.UUID(int=chance.getrandbits(128))), _name(chance), role, department)


def _name(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))


def _drawer(chance: random.Random, shares: dict[Any, int]) -> Callable[[], Any]:
    values, weights = list(shares), list(shares.values())
    stock: list[Any] = []

    def draw() -> Any:
        if not stock:
            stock.extend(chance.choices(values, weights, k=10_000))
        return stock.pop()

    return draw


TICKET_COLUMNS = (
    "id", "number", "type", "type_version", "title", "description", "fields", "business", "region", "priority",
    "status", "stage", "turn", "version", "source", "channel", "citizen_name", "citizen_phone", "created_by",
    "department_id", "assignee_id", "handler_id", "draft", "resolution", "due_at", "created_at", "updated_at",
    "resolved_at", "closed_at",
)  # fmt: skip


class Tickets:
    """Draws tickets in the order of their filing."""

    def __init__(self, count: int, town: Town, chance: random.Random) -> None:
        self._count, self._chance = count, chance
        self._handlers = town.handlers()
        self._agents = [each for each in town.people if each.role == "agent"]
        subjects = {name: round(2800 / (rank + 1)) for rank, name in enumerate(SUBJECTS)}
        # Departments have unequal shares too.
        works = {number: round(3000 / (number % 40 + 2)) for number in range(len(self._handlers))}
        self._subject, self._worker = _drawer(chance, subjects), _drawer(chance, works)
        self._type, self._business = _drawer(chance, TYPES), _drawer(chance, BUSINESSES)
        self._region, self._priority = _drawer(chance, REGIONS), _drawer(chance, PRIORITIES)
        self._source, self._channel = _drawer(chance, SOURCES), _drawer(chance, CHANNELS)
        self._said = _drawer(chance, dict.fromkeys(SAID, 1))

    def rows(self) -> Iterator[tuple[tuple[Any, ...], str, set[str]]]:
        """A ticket's columns, its words, and whose hands it went through."""
        step = timedelta(days=DAYS) / self._count
        day, of_day = None, 0
        for number in range(self._count):
            at = NOW - timedelta(days=DAYS) + step * number
            if at.date() != day:
                day, of_day = at.date(), 0
            of_day += 1
            yield self._ticket(at, f"GD{day:%Y%m%d}-{of_day:04d}", (number + 1) / self._count)

    def _ticket(
        self, at: datetime, number: str, age: float
    ) -> tuple[tuple[Any, ...], str, set[str]]:
        chance = self._chance
        status = self._status(age)
        owed = status in ("new", "open", "pending")
        worker, agent = self._handlers[self._worker()], chance.choice(self._agents)
        source = self._source()
        title, description = self._text()
        name = _name(chance)
        department, assignee, stage, turn = worker.department_id, worker.id, "handle", "person"
        if status == "new":
            kind = chance.random()
            turn = "dispatchers" if kind < 0.3 else "department" if kind < 0.6 else "person"
            stage = "dispatch" if turn == "dispatchers" else "handle"
            department = None if turn == "dispatchers" else department
            assignee = assignee if turn == "person" else None
        elif status == "open" and chance.random() < 0.25:
            stage, turn, assignee = "review", "named", None
        if not owed:
            stage, turn = "handle", "nobody"
        due = NOW + timedelta(hours=chance.triangular(-240, 400, 60)) if owed else None
        closed = at + timedelta(hours=chance.expovariate(1 / 90)) if not owed else None
        updated = closed or min(NOW, at + timedelta(hours=chance.expovariate(1 / 30)))
        hands = {each for each in (worker.id if department else None,) if each}
        if source == "agent":
            hands.add(agent.id)
        resolution = f"经核实，{title}已按规定办理完毕，已电话告知市民。" if not owed else ""
        phone = f"1{chance.randrange(3, 10)}{chance.randrange(10**9):09d}"
        row = (
            _id_at(at, chance), number, self._type(), 1, title, description, "{}", self._business(), self._region(),
            self._priority(), status, stage, turn, 4, source, self._channel(), name, phone,
            agent.id if source == "agent" else None, department, assignee,
            worker.id if stage == "review" or not owed else None, "", resolution, due, at, updated,
            closed if status in ("resolved", "closed") else None, closed if status in ("closed", "withdrawn") else None,
        )  # fmt: skip
        return row, words_of(title, description, resolution, name=name), hands

    def _status(self, age: float) -> str:
        """The newer, the likelier it is still under way: two in a hundred altogether."""
        chance = self._chance.random()
        if age > 0.985:
            kinds = ("new", "open", "pending", "resolved", "closed")
            return self._chance.choices(kinds, (20, 55, 15, 5, 5))[0]
        if chance < 0.006:
            return self._chance.choices(("open", "pending"), (70, 30))[0]
        return "withdrawn" if chance < 0.03 else "resolved" if chance < 0.035 else "closed"

    def _text(self) -> tuple[str, str]:
        chance, about, beside = self._chance, self._subject(), self._subject()
        said = "。".join(
            self._said().format(a=about, b=beside) for _ in range(chance.choice((1, 1, 2, 3)))
        )
        if chance.random() < 0.00005:
            said += f"，地点在{chance.choice(RARE)}"
        return (
            f"{about}：{chance.choice(('请尽快处理', '咨询', '投诉', '进度查询', '材料问题'))}",
            said,
        )


def _id_at(at: datetime, chance: random.Random) -> str:
    """A UUIDv7 of that time."""
    milliseconds = int(at.timestamp() * 1000)
    bits = (
        milliseconds << 80
        | 7 << 76
        | chance.getrandbits(12) << 64
        | 2 << 62
        | chance.getrandbits(62)
    )
    return str(uuid.UUID(int=bits))
