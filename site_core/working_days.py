"""Working days in China, with the days off that are moved and the weekends that are worked for them (调休).

Known for the years that the State Council has announced; of later ones the statutory days off alone.
"""

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

_ONE_DAY = timedelta(days=1)


@cache
def _calendar() -> "HolidayBase":
    import holidays  # knows the whole world's: loaded by the first who asks

    return holidays.country_holidays("CN")


def is_working_day(day: date) -> bool:
    """Whether public offices work on the day."""
    return bool(_calendar().is_working_day(day))


def add_working_days(start: date, count: int) -> date:
    """The last of the `count` working days that follow the day itself, as terms in regulations are counted."""
    day = start
    while count > 0:
        day += _ONE_DAY
        count -= is_working_day(day)
    return day
