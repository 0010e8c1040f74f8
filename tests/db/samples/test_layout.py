from noc_console.db.samples import layout
from noc_console.db.samples.layout import Table, chunks, create, each, marks


def test_every_table_is_named_as_ours_and_keyed_by_its_own_columns():
    for table in layout.TABLES:
        assert table.name.startswith("samples_")
        assert set(table.key) <= set(table.names)


def test_an_insert_replaces_unless_the_table_says_otherwise():
    table = Table("t", (("a", "int"), ("b", "int"), ("c", "bytes")), ("a", "b"))
    assert table.on_conflict == "ON CONFLICT (a, b) DO UPDATE SET c = excluded.c"
    assert layout.HEAD.on_conflict == "ON CONFLICT (device, at, digest) DO NOTHING"


def test_a_table_is_created_in_the_words_of_its_database():
    table = Table("t", (("a", "int"), ("c", "bytes")), ("a",))
    types = {"int": "bigint", "bytes": "bytea"}
    assert create(table, types, key="PRIMARY KEY") == (
        "CREATE TABLE IF NOT EXISTS t (a bigint NOT NULL, c bytea NOT NULL, PRIMARY KEY (a))"
    )


def test_long_lists_are_cut_into_statements():
    assert [len(some) for some in chunks(range(1000))] == [400, 400, 200]
    assert marks([1, 2, 3]) == "?, ?, ?"


def test_rows_of_several_subjects_are_each_looked_up_by_their_key():
    assert each(layout.DAY, [7, 8]) == (
        "WITH wanted(id) AS (VALUES (?), (?)) SELECT id, (SELECT data FROM samples_day "
        "WHERE kind = ? AND subject = id AND day = ?) FROM wanted"
    )
