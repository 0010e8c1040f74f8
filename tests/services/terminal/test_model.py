from noc_console.services.terminal.model import (
    PLAIN,
    Look,
    Point,
    Row,
    Run,
    Selection,
    Style,
    Viewport,
)


def test_a_rows_text_fills_the_gaps_between_its_runs() -> None:
    bold = Style(look=Look.BOLD)
    row = Row(
        (Run(0, 2, "ab", PLAIN), Run(5, 4, "日本", bold, is_wide=True), Run(10, 1, "c", bold))
    )
    assert row.text == "ab   日本 c"


def test_a_row_ends_where_its_text_ends() -> None:
    assert Row((Run(0, 6, "ab    ", PLAIN),)).text == "ab"


def test_a_selection_may_be_dragged_upwards() -> None:
    selection = Selection(Point(9, 3), Point(2, 40))
    assert (selection.first, selection.last) == (Point(2, 40), Point(9, 3))


def test_a_view_of_the_last_rows_is_at_the_bottom() -> None:
    assert Viewport(top=76, rows=24, total=100).is_at_bottom
    assert not Viewport(top=75, rows=24, total=100).is_at_bottom
