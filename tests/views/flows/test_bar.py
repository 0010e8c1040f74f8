from noc_console.services.flows.model import Dimension
from noc_console.views.flows.asked import Asked
from noc_console.views.flows.bar import MOST_BACK, FlowBar


async def test_another_dimension_or_span_is_asked_by_one_click(desk):
    bar = FlowBar()
    told = []
    bar.changed.connect(lambda: told.append(bar.asked))
    bar.by.setCurrentIndex(bar.by.findData(Dimension.CUSTOMER))
    bar.spans.button(1_440).click()
    assert told == [Asked(Dimension.CUSTOMER), Asked(Dimension.CUSTOMER, 1_440)]
    assert [bar.spans.id(b) for b in bar.spans.buttons() if b.isChecked()] == [1_440]


async def test_the_way_back_is_bounded_and_ends(desk):
    bar = FlowBar()
    for n in range(MOST_BACK + 10):
        bar.ask(Asked(minutes=n + 100))
    steps = 0
    while bar.back_button.isEnabled():
        bar.back()
        steps += 1
    assert steps == MOST_BACK
    bar.back()


async def test_a_chip_shows_device_text_as_it_is(desk):
    bar = FlowBar()
    bar.ask(Asked(where=("customer:<b>Fish & Chips</b> " + "x" * 80,)))
    chip = bar.chips.itemAt(0).widget()
    assert "<b>Fish && Chips</b>" in chip.text()
    assert chip.text().endswith("…")
    assert "&lt;b&gt;" in chip.toolTip()


async def test_the_same_question_is_not_asked_twice(desk):
    bar = FlowBar()
    told = []
    bar.changed.connect(lambda: told.append(1))
    bar.ask(Asked())
    assert told == []
