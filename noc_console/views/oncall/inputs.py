"""Small inputs the forms of this page share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

from PySide6.QtCore import QDate, QDateTime, QTime
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QDateTimeEdit,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QTimeEdit,
)

from noc_console.services.oncall.model import Person


def line(text: str, hint: str, name: str) -> QLineEdit:
    made = QLineEdit(text)
    made.setPlaceholderText(hint)
    made.setAccessibleName(name)
    return made


def zones(chosen: str) -> QComboBox:
    """Every time zone there is; typing finds one."""
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.addItems(sorted(available_timezones()))
    box.setCurrentText(chosen)
    box.setAccessibleName("Time zone")
    return box


def choice(items: Iterable[tuple[str, object]], chosen: object, name: str) -> QComboBox:
    box = QComboBox()
    for text, value in items:
        box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    box.setAccessibleName(name)
    return box


def people_choice(people: Sequence[Person], chosen: int, none: str, name: str) -> QComboBox:
    """A person, or (0) what `none` says."""
    return choice(((none, 0), *((one.name, one.id) for one in people)), chosen, name)


def whole(value: int, least: int, most: int, suffix: str, name: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(least, most)
    box.setValue(value)
    box.setSuffix(suffix)
    box.setAccessibleName(name)
    return box


def minutes(value: float, name: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(0, 7 * 24 * 60)
    box.setDecimals(1)
    box.setValue(value)
    box.setSuffix(" min")
    box.setAccessibleName(name)
    return box


def day_input(day: date, name: str) -> QDateEdit:
    box = QDateEdit(QDate(day.year, day.month, day.day))
    box.setCalendarPopup(True)
    box.setDisplayFormat("yyyy-MM-dd")
    box.setAccessibleName(name)
    return box


def day_of(box: QDateEdit) -> date:
    told = box.date()
    return date(told.year(), told.month(), told.day())


def time_input(at: time, name: str) -> QTimeEdit:
    box = QTimeEdit(QTime(at.hour, at.minute))
    box.setDisplayFormat("HH:mm")
    box.setAccessibleName(name)
    return box


def time_of(box: QTimeEdit) -> time:
    told = box.time()
    return time(told.hour(), told.minute())


def moment_input(at: datetime, zone: ZoneInfo, name: str) -> QDateTimeEdit:
    """A moment on a zone's wall clock."""
    local = at.astimezone(zone)
    told = QDateTime(QDate(local.year, local.month, local.day), QTime(local.hour, local.minute))
    box = QDateTimeEdit(told)
    box.setCalendarPopup(True)
    box.setDisplayFormat("ddd yyyy-MM-dd HH:mm")
    box.setAccessibleName(name)
    return box


def moment_of(box: QDateTimeEdit, zone: ZoneInfo) -> datetime:
    """What was chosen, as a moment."""
    day, at = box.date(), box.time()
    local = datetime(day.year(), day.month(), day.day(), at.hour(), at.minute(), tzinfo=zone)
    return local.astimezone(UTC)


def words_of(text: str) -> tuple[str, ...]:
    """`pop-*, core` as its words."""
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
