"""A plan's calendar: its days, periods and expected progress, from docs/protocol.md alone."""

import datetime
from dataclasses import dataclass

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
DAY = datetime.timedelta(days=1)
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def day(value):
    """A date of a plan file, quoted there or not."""
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def offset(text):
    """A utc_offset as a time difference."""
    if text == "Z":
        return datetime.timedelta(0)
    hours, minutes = text[1:].split(":")
    value = datetime.timedelta(hours=int(hours), minutes=int(minutes))
    return -value if text[0] == "-" else value


def day_of(ms, utc_offset):
    """The date an instant falls on, in this offset."""
    return (EPOCH + datetime.timedelta(milliseconds=ms) + utc_offset).date()


def day_start(date, utc_offset):
    """00:00 of a date in this offset, in ms since 1970 UTC."""
    midnight = datetime.datetime(date.year, date.month, date.day, tzinfo=datetime.timezone.utc)
    return (midnight - utc_offset - EPOCH) // datetime.timedelta(milliseconds=1)


@dataclass(frozen=True)
class Period:
    """A whole calendar month, quarter, half-year or year."""
    name: str
    first: datetime.date
    last: datetime.date

    def days(self):
        return (self.last - self.first).days + 1


def period_of(every, date):
    """The period that has this day."""
    months = MONTHS[every]
    number = (date.month - 1) // months  # within the year
    after = (number + 1) * months  # months of the year that are over with it
    year = date.year
    first = datetime.date(year, number * months + 1, 1)
    last = datetime.date(year + after // 12, after % 12 + 1, 1) - DAY
    name = {"month": f"{year:04}-{date.month:02}", "quarter": f"{year:04}-Q{number + 1}",
            "half": f"{year:04}-H{number + 1}", "year": f"{year:04}"}[every]
    return Period(name, first, last)


def periods(every, starts, ends):
    """Those that share a day with starts … ends, in order."""
    found = [period_of(every, starts)]
    while found[-1].last < ends:
        found.append(period_of(every, found[-1].last + DAY))
    return found


def expected(starts, due, date):
    """Basis points that should be done by the end of the day."""
    length = (due - starts).days + 1
    passed = min(max((date - starts).days + 1, 0), length)
    return 10000 * passed // length
