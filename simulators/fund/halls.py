"""A dozen made-up service halls of the made-up city. Nothing here exists; names say so."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Hall(BaseModel):
    id: str
    name: str
    address: str
    phone: str
    hours: str
    district: str
    # Under which names a caller may ask for the region; not part of the answer.
    regions: tuple[str, ...] = Field(("example", "示例市"), exclude=True)


WEEKDAYS = "周一至周五 9:00-12:00、13:30-17:00（法定节假日除外）"
WITH_SATURDAY = "周一至周五 9:00-17:00，周六 9:00-12:00（法定节假日除外）"


def _hall(district: str, name: str, address: str, extension: int, hours: str = WEEKDAYS) -> Hall:
    return Hall(
        id=f"H{extension:03d}",
        name=f"{name}（示例）",
        address=f"示例市{district}{address}",
        # 555 numbers are given to nobody.
        phone=f"0000-555{extension:04d}",
        hours=hours,
        district=district,
    )


HALLS: list[Hall] = [
    _hall("东城区", "公积金中心服务大厅", "和平路1号政务服务中心2楼", 1, WITH_SATURDAY),
    _hall("东城区", "社保经办服务大厅", "和平路1号政务服务中心3楼", 2, WITH_SATURDAY),
    _hall("西城区", "公积金西城管理部", "建设大街88号", 11),
    _hall("西城区", "社保西城分中心", "建设大街90号", 12),
    _hall("南湖区", "公积金南湖管理部", "湖滨路16号1楼", 21),
    _hall("南湖区", "社保南湖分中心", "湖滨路16号2楼", 22),
    _hall("北新区", "公积金北新管理部", "科技一路6号市民之家A区", 31, WITH_SATURDAY),
    _hall("北新区", "社保北新分中心", "科技一路6号市民之家B区", 32, WITH_SATURDAY),
    _hall("清河县", "公积金清河管理部", "城关镇人民路25号", 41),
    _hall("清河县", "社保清河服务中心", "城关镇人民路27号", 42),
    _hall("临山县", "公积金临山管理部", "临山镇文化街3号", 51),
    _hall("临山县", "社保临山服务中心", "临山镇文化街5号", 52),
]
