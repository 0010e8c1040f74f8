"""The text of an alarm, out of a rule's own words."""

from __future__ import annotations

from noc_console.services.alarms.model import AlarmObject

_UNKNOWN = "?"


class _Value(float):
    """A number that reads well without being told how."""

    def __format__(self, spec: str) -> str:
        return float.__format__(self, spec) if spec else f"{float(self):.4g}"


class _Word(str):
    """A word where a number was expected: its format says nothing about it."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return str(self)


def written(
    template: str,
    about: AlarmObject,
    *,
    value: float | str,
    unit: str,
    limit: float | str | None = None,
    usual: float | str | None = None,
    days: float | None = None,
) -> str:
    """Fill in the placeholders; `language` let nothing else pass.

    What is not known is `?`. A text of a device is put in as it is and never read as a template.
    """
    return template.format(
        value=_shown(value),
        unit=_Word(unit),
        limit=_shown(limit),
        object=_Word(about.interface_name or about.device_name or about.key),
        device=_Word(about.device_name),
        site=_Word(about.site_name),
        usual=_shown(usual),
        days=_shown(days),
    )


def _shown(value: float | str | None) -> _Value | _Word:
    if value is None:
        return _Word(_UNKNOWN)
    return _Word(value) if isinstance(value, str) else _Value(value)
