from __future__ import annotations

from noc_console.db.lines import layout


def test_every_table_is_named_as_ours_and_keyed_by_its_own_columns() -> None:
    for table in layout.TABLES:
        assert table.name.startswith("lines_")
        assert set(table.key) <= set(table.names)
