from noc_console.services.terminal.as_html import selected_html
from noc_console.services.terminal.model import (
    PLAIN,
    Look,
    Point,
    Row,
    Run,
    Selection,
    Style,
    Underline,
)

ROWS = [
    Row((Run(0, 3, "abc", PLAIN), Run(3, 4, "日本", PLAIN, is_wide=True), Run(8, 1, "x", PLAIN))),
    Row((Run(0, 2, "<>", Style(foreground=0x102030, look=Look.BOLD)),)),
]


def body(rows: list[Row], selection: Selection) -> str:
    html = selected_html(rows, selection, 20)
    return html.removeprefix('<pre style="font-family: monospace">').removesuffix("</pre>")


def test_a_selection_begins_and_ends_within_its_rows() -> None:
    assert body(ROWS, Selection(Point(0, 1), Point(1, 0))) == (
        'bc日本 x\n<span style="color:#102030;font-weight:bold">&lt;</span>'
    )


def test_a_block_takes_the_same_columns_of_every_row() -> None:
    assert body(ROWS, Selection(Point(0, 1), Point(1, 2), is_block=True)) == (
        'bc\n<span style="color:#102030;font-weight:bold">&gt;</span>'
    )


def test_half_a_wide_character_is_all_of_it() -> None:
    assert body(ROWS[:1], Selection(Point(0, 4), Point(0, 5))) == "日本"


def test_wrapped_rows_are_one_line() -> None:
    rows = [Row((Run(0, 2, "ab", PLAIN),), is_wrapped=True), Row((Run(0, 1, "c", PLAIN),))]
    assert body(rows, Selection(Point(0, 0), Point(1, 1))) == "abc"


def test_attributes_become_css() -> None:
    style = Style(
        0x111111, 0x222222, None, Look.INVERSE | Look.ITALIC | Look.STRIKE, Underline.CURLY
    )
    row = Row((Run(0, 1, "&", style),))
    assert body([row], Selection(Point(0, 0), Point(0, 0))) == (
        '<span style="color:#222222;background:#111111;font-style:italic;'
        'text-decoration:underline line-through">&amp;</span>'
    )
