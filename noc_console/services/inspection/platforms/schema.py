"""What a rule file says, read strictly: an unknown word or a wrong kind is an error with its place.

`resources/platforms/README.md` describes the files. `model.py` holds their meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from noc_console.services.inspection.platforms import language
from noc_console.services.inspection.platforms.language import Template, Wrong
from noc_console.services.inspection.platforms.model import (
    FACTS,
    Choice,
    Driver,
    Grammar,
    Join,
    Match,
    Measure,
    Platform,
    Record,
    RuleFile,
    Table,
    Way,
)
from noc_console.services.inspection.tables import Columns
from noc_console.wire import numbers
from noc_console.wire.numbers import Decoding

_OID = re.compile(r"\d+(?:\.\d+)+")
_COMMANDS = (
    "version config startup interfaces neighbours addresses arp macs vlans routes bgp ospf optics"
    " log environment save configure leave commit rollback"
)
COMMANDS = frozenset(_COMMANDS.split())
FAMILIES = ("indented", "set", "braces", "routeros", "fortios", "xml")
"""How a configuration is written: blocks by indentation, a path a line, in braces, …"""
VIAS = ("ssh", "netconf")
"""How a configuration is read: at the command line, or by NETCONF (RFC 6241)."""
COPIES = ("", "cisco-config-copy")
"""How SNMP makes a device send its configuration by TFTP."""
STYLES = ("words", "shell", "menus")
"""How a command line is written; see `model.Grammar`."""
MEASURES = ("sensor", "wireless", "processor", "memory", "storage")
_TRANSCEIVER = (
    "index port entity type vendor oui model revision serial date distance wavelength connector"
    " channels encoding cable"
)
_ONU = (
    "index name serial port if_index state receive_dbm transmit_dbm olt_receive_dbm distance model"
    " version"
)
_INTERFACE = "if_index offset name descr alias type mac mtu admin oper"
_NEIGHBOUR = (
    "protocol port local_port remote_name remote_port remote_platform remote_version"
    " remote_address remote_chassis"
)
RECORDS: Mapping[str, frozenset[str]] = {
    "transceiver": frozenset(_TRANSCEIVER.split()),
    "interface": frozenset(_INTERFACE.split()),
    "vlan": frozenset(("vlan", "name", "state")),
    "onu": frozenset(_ONU.split()),
    "neighbour": frozenset(_NEIGHBOUR.split()),
}
CONVERSIONS = frozenset((*numbers.CONVERSIONS, "fahrenheit", "kelvin", "dbm"))
COLLECTORS = frozenset(
    (
        *("hr-processors", "hr-memory", "hr-storage", "ucd-processors", "ucd-memory"),
        *("ucd-storage", "entity-sensors", "ups", "lm-sensors", "cisco", "juniper"),
        *("printers", "subscriber-lines", "poe-budget"),
    )
)
"""Standard collectors that a platform may do without."""
_LIMITS = ("low", "high", "warn_low", "warn_high")
_SEVERITIES = {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}
ROLES = frozenset(
    (
        *("", "router", "switch", "olt", "wireless"),
        *("firewall", "server", "power", "other"),
    )
)


def read(name: str, words: Mapping[str, Any]) -> RuleFile:
    """A file's meaning; Wrong says which entry is not right and why."""
    _only(words, {"vendor", "platform", "table", "driver", "grammar"}, "the file")
    head = words.get("vendor", {})
    _only(head, {"name", "enterprises", *FACTS}, "[vendor]")
    vendor = _text(head, "name")
    facts = _facts(head, "[vendor]")
    grammars = {
        grammar: _named(f"[grammar.{grammar}]", _grammar, grammar, entry)
        for grammar, entry in words.get("grammar", {}).items()
    }
    return RuleFile(
        name=name,
        vendor=vendor,
        enterprises=tuple(_list(head, "enterprises", int)),
        facts=facts,
        platforms=tuple(
            _named(
                f"[[platform]] {entry.get('name', number)}", _platform, entry, name, vendor, facts
            )
            for number, entry in enumerate(words.get("platform", ()), start=1)
        ),
        tables=tuple(
            _named(f"[[table]] {number} ({entry.get('entry', 'scalars')})", _table, entry)
            for number, entry in enumerate(words.get("table", ()), start=1)
        ),
        drivers=tuple(
            _named(f"[driver.{driver}]", _driver, driver, entry, grammars)
            for driver, entry in words.get("driver", {}).items()
        ),
    )


def _named(place: str, read_it: Any, *words: Any) -> Any:
    try:
        return read_it(*words)
    except Wrong as error:
        raise Wrong(f"{place}: {error}") from error


def _platform(
    entry: Mapping[str, Any], file: str, vendor: str, defaults: Mapping[str, tuple[Way, ...]]
) -> Platform:
    _only(
        entry,
        {"name", "label", "type", "vendor", "role", "match", "unless", "rank", "descr", "uses",
         "skip", "skip_storage", *FACTS},
        "the platform",
    )  # fmt: skip
    role = _text(entry, "role")
    if role not in ROLES:
        raise Wrong(f"role {role!r} is none of {', '.join(sorted(ROLES - {''}))}")
    return Platform(
        name=_text(entry, "name", must=True),
        label=_text(entry, "label") or _text(entry, "name"),
        vendor=_text(entry, "vendor") or vendor,
        type=_text(entry, "type", must=True),
        match=tuple(_match(each) for each in _list(entry, "match", dict)),
        unless=tuple(_match(each) for each in _list(entry, "unless", dict)),
        rank=_whole(entry, "rank"),
        role=role,
        facts={**defaults, **_facts(entry, "the platform")},
        descr=tuple(map(language.expression, _texts(entry, "descr"))),
        uses=_texts(entry, "uses"),
        skip=_skipped(entry),
        skip_storage=tuple(map(language.expression, _texts(entry, "skip_storage"))),
        file=file,
    )


def _skipped(entry: Mapping[str, Any]) -> frozenset[str]:
    skip = frozenset(_texts(entry, "skip"))
    if unknown := skip - COLLECTORS:
        raise Wrong(f"skip has {', '.join(sorted(unknown))}; {', '.join(sorted(COLLECTORS))} are")
    return skip


def _match(entry: Mapping[str, Any]) -> Match:
    _only(entry, {"object_id", "descr", "lacks", "name", "get", "has"}, "a match")
    if not entry:
        raise Wrong("a match without any condition fits everything")
    return Match(
        object_ids=tuple(map(_oid, _texts(entry, "object_id"))),
        descr=tuple(map(language.expression, _texts(entry, "descr"))),
        lacks=_expression(entry, "lacks"),
        name=_expression(entry, "name"),
        get=tuple(
            (_oid(oid), language.expression(str(wanted)))
            for oid, wanted in entry.get("get", {}).items()
        ),
        has=tuple(map(_oid, _texts(entry, "has"))),
    )


def _facts(entry: Mapping[str, Any], place: str) -> dict[str, tuple[Way, ...]]:
    return {
        fact: tuple(_named(f"{place} {fact}", _way, each) for each in _ways(entry[fact]))
        for fact in FACTS
        if fact in entry
    }


def _ways(value: Any) -> list[Mapping[str, Any]]:
    """A list of ways; a text that is an OID is the way of asking for it."""
    entries = value if isinstance(value, list) else [value]
    return [{"oid": each} if isinstance(each, str) else each for each in entries]


def _way(entry: Mapping[str, Any]) -> Way:
    _only(
        entry,
        {"oid", "descr", "name", "regex", "map", "only_mapped", "object_ids", "entity", "class",
         "text", "join", "format"},
        "a way",
    )  # fmt: skip
    oid = _text(entry, "oid")
    return Way(
        oid=_oid(oid) if oid else "",
        descr=_expression(entry, "descr"),
        name=_expression(entry, "name"),
        regex=_expression(entry, "regex"),
        map={str(key): str(value) for key, value in entry.get("map", {}).items()},
        only_mapped=bool(entry.get("only_mapped", False)),
        object_ids={_oid(key): str(value) for key, value in entry.get("object_ids", {}).items()},
        entity=_text(entry, "entity"),
        entity_class=_text(entry, "class") or "chassis",
        text=_text(entry, "text"),
        join=tuple(map(_oid, _texts(entry, "join"))),
        format=_format(entry),
    )


def _format(entry: Mapping[str, Any]) -> str:
    words = _text(entry, "format") or "{1}"
    if not re.fullmatch(r"(?:[^{}]|\{[1-9]\})*", words):
        raise Wrong(f"format {words!r} may have {{1}} to {{9}} and no other braces")
    return words


def _table(entry: Mapping[str, Any]) -> Table:
    _only(
        entry,
        {"entry", "columns", "limit", "scalars", "join", "labels", "platforms", "unless", "about",
         *MEASURES, *RECORDS},
        "the table",
    )  # fmt: skip
    columns = _columns(entry) if "entry" in entry else None
    scalars = {name: _oid(oid) for name, oid in entry.get("scalars", {}).items()}
    joins = tuple(_join(each) for each in _list(entry, "join", dict))
    known = {"index", *scalars}
    for each in (columns, *(join.columns for join in joins)):
        known |= {name for _, name in each.names} if each else set()
    if (columns is None) == (not scalars):
        raise Wrong("either entry and columns, or scalars")
    return Table(
        columns=columns,
        scalars=scalars,
        joins=joins,
        labels={
            column: {str(key): str(word) for key, word in words.items()}
            for column, words in entry.get("labels", {}).items()
        },
        platforms=frozenset(_texts(entry, "platforms")),
        unless=frozenset(_texts(entry, "unless")),
        measures=tuple(
            _named(f"{what} {number}", _measure, what, each, known)
            for what in MEASURES
            for number, each in enumerate(_list(entry, what, dict), start=1)
        ),
        records=tuple(
            _named(f"{what} {number}", _record, what, each)
            for what in RECORDS
            for number, each in enumerate(_list(entry, what, dict), start=1)
        ),
    )


def _grammar(name: str, entry: Mapping[str, Any]) -> Grammar:
    lists = {"reads", "writes", "pipes", "inside", "separators", "menus"}
    _only(entry, {"style", "modes", "above"} | lists, "the grammar")
    style = _text(entry, "style") or STYLES[0]
    if style not in STYLES:
        raise Wrong(f"style {style!r} is none of {', '.join(STYLES)}")
    return Grammar(
        name=name,
        style=style,
        reads=_phrases(entry, "reads"),
        writes=_phrases(entry, "writes"),
        pipes=_texts(entry, "pipes"),
        modes=_expression(entry, "modes"),
        above=_expression(entry, "above"),
        inside=_phrases(entry, "inside"),
        separators=_texts(entry, "separators") or (";",),
        menus=frozenset(_texts(entry, "menus")),
    )


def _phrases(entry: Mapping[str, Any], name: str) -> tuple[tuple[str, ...], ...]:
    phrases = tuple(tuple(text.split()) for text in _texts(entry, name))
    if not all(phrases):
        raise Wrong(f"{name} has an empty text")
    return phrases


def _grammar_of(entry: Mapping[str, Any], grammars: Mapping[str, Grammar]) -> Grammar | None:
    name = _text(entry, "grammar")
    if name and name not in grammars:
        raise Wrong(f"grammar {name!r} is none of {', '.join(sorted(grammars))}")
    return grammars.get(name)


def _driver(name: str, entry: Mapping[str, Any], grammars: Mapping[str, Grammar]) -> Driver:
    words = {"platforms", "prompt", "more", "paging", "enable", "error", "comment"}
    words |= {"family", "volatile", "via", "grammar", "copy", "patterns"}
    _only(entry, words | COMMANDS, "the driver")
    family, via = _text(entry, "family") or FAMILIES[0], _text(entry, "via") or VIAS[0]
    if family not in FAMILIES:
        raise Wrong(f"family {family!r} is none of {', '.join(FAMILIES)}")
    if via not in VIAS:
        raise Wrong(f"via {via!r} is none of {', '.join(VIAS)}")
    if (copy := _text(entry, "copy")) not in COPIES:
        raise Wrong(f"copy {copy!r} is none of {', '.join(filter(None, COPIES))}")
    return Driver(
        name=name,
        platforms=_texts(entry, "platforms"),
        prompt=language.expression(_text(entry, "prompt", must=True)),
        more=_expression(entry, "more"),
        paging=_texts(entry, "paging"),
        enable=_text(entry, "enable"),
        error=_expression(entry, "error"),
        comment=_text(entry, "comment"),
        family=family,
        volatile=tuple(map(language.expression, _texts(entry, "volatile"))),
        via=via,
        copy=copy,
        grammar=_grammar_of(entry, grammars),
        patterns=_texts(entry, "patterns"),
        commands={word: _text(entry, word) for word in sorted(COMMANDS & set(entry))},
    )


def _columns(entry: Mapping[str, Any]) -> Columns:
    names = entry.get("columns", {})
    if not names or not all(isinstance(number, int) for number in names.values()):
        raise Wrong("columns = { name = number, … } is wanted")
    limit = entry.get("limit", 2000)
    return Columns(
        _oid(entry["entry"]), tuple((number, name) for name, number in names.items()), int(limit)
    )


def _join(entry: Mapping[str, Any]) -> Join:
    _only(entry, {"entry", "columns", "by", "limit"}, "a join")
    return Join(_columns(entry), language.template(_text(entry, "by") or "{index}"))


_MEASURE_WORDS = {
    "class", "name", "when", "index", "value", "divisor", "multiplier", "decimals", "offset",
    "convert", "numbers", "states", "words", "port", "entity", "group", "between", "used", "free",
    "total", "percent", "unit", "idle", "of_all", "by", "take", "upper", *_LIMITS,
}  # fmt: skip


def _measure(what: str, entry: Mapping[str, Any], known: set[str]) -> Measure:
    _only(entry, _MEASURE_WORDS, what)
    between = entry.get("between")
    convert = _text(entry, "convert")
    if convert not in CONVERSIONS:
        raise Wrong(f"convert {convert!r} is none of {', '.join(sorted(CONVERSIONS - {''}))}")
    for word in ("value", "used", "free", "total", "percent"):
        if _text(entry, word) and _text(entry, word) not in known:
            raise Wrong(f"{word} = {entry[word]!r} is no column of this table")
    measure = Measure(
        what=what,
        kind=_choice(entry, "class"),
        name=language.template(_text(entry, "name")),
        when=language.conditions(_texts(entry, "when")),
        index=_template(entry, "index"),
        value=_text(entry, "value"),
        divisor=_choice(entry, "divisor", known),
        multiplier=_choice(entry, "multiplier", known),
        decimals=_choice(entry, "decimals", known),
        offset=float(entry.get("offset", 0)),
        convert=convert,
        decoding=_decoding(entry, convert),
        states=_states(entry),
        limits={each: _choice(entry, each, known) for each in _LIMITS if each in entry},
        port=_template(entry, "port"),
        entity=_template(entry, "entity"),
        group=_template(entry, "group"),
        between=None if between is None else (float(between[0]), float(between[1])),
        used=_text(entry, "used"),
        free=_text(entry, "free"),
        total=_text(entry, "total"),
        percent=_text(entry, "percent"),
        unit=_choice(entry, "unit", known),
        is_idle=bool(entry.get("idle", False)),
        sum=_text(entry, "of_all"),
        by=_template(entry, "by"),
        upper=_upper(entry, known),
    )
    if what in ("sensor", "wireless", "processor") and not measure.value:
        raise Wrong('value = "column" is wanted')
    if what in ("sensor", "wireless") and measure.kind == Choice():
        raise Wrong("class is wanted")
    if what in ("memory", "storage") and not (measure.percent or measure.used or measure.free):
        raise Wrong("percent, or used or free with total, is wanted")
    return measure


def _upper(entry: Mapping[str, Any], known: set[str]) -> Mapping[str, str]:
    told = {str(column): str(upper) for column, upper in entry.get("upper", {}).items()}
    if unknown := {*told, *told.values()} - known:
        raise Wrong(f"upper names {', '.join(sorted(unknown))}, no column of this table")
    return told


def _decoding(entry: Mapping[str, Any], convert: str) -> Decoding:
    take = _text(entry, "take")
    if take and language.expression(take).groups != 1:
        raise Wrong(f"take {take!r} wants exactly one group")
    words = {str(word).lower(): float(number) for word, number in entry.get("numbers", {}).items()}
    return Decoding(convert if convert in numbers.CONVERSIONS else "", tuple(words.items()), take)


def _states(entry: Mapping[str, Any]) -> tuple[tuple[int, int, str], ...]:
    words = {int(key): str(word) for key, word in entry.get("words", {}).items()}
    found: list[tuple[int, int, str]] = []
    for severity, members in entry.get("states", {}).items():
        if severity not in _SEVERITIES:
            raise Wrong(f"states has {severity!r}; ok, warning, critical and unknown are known")
        found += [
            (int(number), _SEVERITIES[severity], words.get(int(number), "")) for number in members
        ]
    return tuple(sorted(found))


def _choice(entry: Mapping[str, Any], word: str, known: set[str] | None = None) -> Choice:
    """A number, a text (a column's name where `known` says which there are), or a table `by`."""
    value = entry.get(word)
    if value is None:
        return Choice()
    if isinstance(value, Mapping):
        by = str(value.get("by", ""))
        among = {str(key): each for key, each in value.items() if key not in ("by", "other")}
        if not by or not among:
            raise Wrong(f'{word} = {{ by = "column", "1" = …, other = … }} is wanted')
        return Choice(by=by, among=among, other=value.get("other"))
    if isinstance(value, str) and known is not None:
        if value not in known:
            raise Wrong(f"{word} = {value!r} is no column of this table")
        return Choice(column=value)
    return Choice(constant=value)


def _record(what: str, entry: Mapping[str, Any]) -> Record:
    _only(entry, {"when", *RECORDS[what]}, what)
    return Record(
        what=what,
        when=language.conditions(_texts(entry, "when")),
        fields={
            name: language.template(str(words)) for name, words in entry.items() if name != "when"
        },
    )


def _template(entry: Mapping[str, Any], word: str) -> Template | None:
    return language.template(str(entry[word])) if word in entry else None


def _expression(entry: Mapping[str, Any], word: str) -> re.Pattern[str] | None:
    return language.expression(str(entry[word])) if word in entry else None


def _oid(text: str) -> str:
    if not _OID.fullmatch(text):
        raise Wrong(f"{text!r} is no OID (numbers with dots, no dot before)")
    return text


def _text(entry: Mapping[str, Any], word: str, *, must: bool = False) -> str:
    value = entry.get(word, "")
    if not isinstance(value, str):
        raise Wrong(f"{word} must be a text, not {value!r}")
    if must and not value:
        raise Wrong(f"{word} is wanted")
    return value


def _texts(entry: Mapping[str, Any], word: str) -> tuple[str, ...]:
    value = entry.get(word, ())
    if isinstance(value, str):
        return (value,)
    if not all(isinstance(each, str) for each in value):
        raise Wrong(f"{word} must be texts")
    return tuple(value)


def _whole(entry: Mapping[str, Any], word: str) -> int:
    value = entry.get(word, 0)
    if not isinstance(value, int):
        raise Wrong(f"{word} must be a whole number")
    return value


def _list(entry: Mapping[str, Any], word: str, kind: type) -> Sequence[Any]:
    value = entry.get(word, ())
    if isinstance(value, kind):
        return (value,)
    if not isinstance(value, list | tuple) or not all(isinstance(each, kind) for each in value):
        raise Wrong(f"{word} must be a list of {kind.__name__}")
    return value


def _only(entry: Any, words: set[str], place: str) -> None:
    if not isinstance(entry, Mapping):
        raise Wrong(f"{place} must be a table")
    if unknown := set(entry) - words:
        raise Wrong(f"{place} does not know {', '.join(sorted(unknown))}")
