"""Alarm rules for what devices say unasked (traps, log lines) and for flows: pure, no I/O.

`reading` makes rules of TOML texts, `book` finds those that fit a notification or a line,
`templates` are the patterns texts are compared with. `resources/alarm_rules/events/README.md`
describes the files.
"""
