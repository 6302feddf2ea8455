"""A dozen made-up service halls of the made-up city. Nothing here exists; names say so."""

from __future__ import annotations

from simulators.fund.schemas import Hall

FUND, INSURANCE = "公积金", "社保"
WEEKDAYS = "周一至周五 9:00-12:00、13:30-17:00（法定节假日除外）"
WITH_SATURDAY = "周一至周五 9:00-17:00，周六 9:00-12:00（法定节假日除外）"


def _hall(
    number: int,
    district: str,
    name: str,
    address: str,
    place: tuple[float, float],
    businesses: tuple[str, ...] = (FUND,),
    hours: str = WEEKDAYS,
) -> Hall:
    return Hall(
        id=f"H{number:03d}",
        name=f"{name}（示例）",
        address=f"示例市{district}{address}",
        # 555 numbers are given to nobody.
        phone=f"0000-555{number:04d}",
        hours=hours,
        district=district,
        businesses=list(businesses),
        longitude=place[0],
        latitude=place[1],
    )


BOTH, SOCIAL = (FUND, INSURANCE), (INSURANCE,)

# The made-up city lies in the sea, where no hall can be.
HALLS: list[Hall] = [
    _hall(1, "东城区", "公积金中心服务大厅", "和平路1号政务服务中心2楼", (124.060, 30.020), hours=WITH_SATURDAY),
    _hall(2, "东城区", "社保经办服务大厅", "和平路1号政务服务中心3楼", (124.060, 30.020), SOCIAL, WITH_SATURDAY),
    _hall(11, "西城区", "公积金西城管理部", "建设大街88号", (123.960, 30.010)),
    _hall(12, "西城区", "社保西城分中心", "建设大街90号", (123.961, 30.010), SOCIAL),
    _hall(21, "南湖区", "公积金南湖管理部", "湖滨路16号1楼", (124.010, 29.930)),
    _hall(22, "南湖区", "社保南湖分中心", "湖滨路16号2楼", (124.010, 29.930), SOCIAL),
    _hall(31, "北新区", "公积金北新管理部", "科技一路6号市民之家A区", (124.020, 30.110), BOTH, WITH_SATURDAY),
    _hall(32, "北新区", "社保北新分中心", "科技一路6号市民之家B区", (124.020, 30.110), SOCIAL),
    _hall(41, "清河县", "公积金清河管理部", "城关镇人民路25号", (124.310, 30.210)),
    _hall(42, "清河县", "社保清河服务中心", "城关镇人民路27号", (124.311, 30.210), SOCIAL),
    _hall(51, "临山县", "公积金临山管理部", "临山镇文化街3号", (123.720, 29.810)),
    _hall(52, "临山县", "社保临山服务中心", "临山镇文化街5号", (123.721, 29.810), SOCIAL),
]  # fmt: skip
