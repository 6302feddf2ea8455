"""Which service halls answer a question: by the district that is named and the business. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.forms.fields import words
from core.conversation.business import ServiceHall

_BUSINESS = {
    "公积金": re.compile(r"公积金|提取|贷款|房贷|还贷"),
    "社保": re.compile(r"社保|社会保险|养老|退休|失业|工伤|生育|参保|灵活就业"),
}
# What only the hall itself knows, unless an editor has written it down.
_FACILITY = re.compile(
    r"喂奶|母婴|哺乳|停车|车位|轮椅|无障碍|电梯|厕所|卫生间|洗手间|充电|打印|复印|拍照|照相|饮水|喝水|吃饭|餐厅|寄存|人多|排队|带狗|宠物|wifi|WiFi|无线网"
)
_NEAR = re.compile(r"最近|附近|离我|周边|就近|近一点|近点")


def asks_facility(text: str) -> bool:
    return _FACILITY.search(text) is not None


def asks_nearest(text: str) -> bool:
    return _NEAR.search(text) is not None


def stem(district: str) -> str:
    """南湖区 -> 南湖; of two characters nothing is taken away."""
    return district[:-1] if len(district) > 2 and district[-1] in "区县市" else district


def named_business(text: str) -> str | None:
    """公积金 or 社保 where the text speaks of one of them, None where of both or of neither."""
    named = [name for name, words in _BUSINESS.items() if words.search(text)]
    return named[0] if len(named) == 1 else None


def doing(halls: Sequence[ServiceHall], business: str | None) -> list[ServiceHall]:
    """The halls for the business; a hall that does not say what it does may do everything."""
    if business is None:
        return list(halls)
    return [hall for hall in halls if not hall.businesses or business in hall.businesses]


def named_in(text: str, halls: Sequence[ServiceHall]) -> list[ServiceHall]:
    """The halls whose district, own name or street the text names."""
    by_district = [hall for hall in halls if stem(hall.district) in text]
    if by_district:
        return by_district
    return [hall for hall in halls if any(part in text for part in _landmarks(hall))]


def unknown_district(text: str, halls: Sequence[ServiceHall]) -> str | None:
    """A district that is named and has no hall: 朝阳区."""
    known = {hall.district for hall in halls}
    for match in _DISTRICT.finditer(text):
        name = _VERBS.sub("", match.group())
        if len(name) >= SHORTEST_DISTRICT and name not in known and name not in _NO_DISTRICT:
            return name
    return None


_DISTRICT = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:(?<![小社地城市郊])区|县)(?![别间域分政])")
_VERBS = re.compile(r"^.*(?:在|去|到|住|找|是|想|我|离|问)")
SHORTEST_DISTRICT = 3
_NO_DISTRICT = frozenset(
    words(
        "哪个区 各个区 每个区 那个区 这个区 哪些区 哪一个区 哪几个区 办事区 等候区 休息区 服务区 开发区"
    )
)


def _landmarks(hall: ServiceHall) -> list[str]:
    """Streets and buildings of the address: 和平路, 市民之家."""
    return re.findall(
        r"[\u4e00-\u9fff]{2,4}?(?:路|街|道|镇|中心|之家|广场|大厦)", _after_district(hall)
    )


def _after_district(hall: ServiceHall) -> str:
    _, found, behind = hall.address.partition(hall.district)
    return behind if found else hall.address
