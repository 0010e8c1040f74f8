import pytest

from noc_console.wire.flows.records import address_text, halves, no_rows


@pytest.mark.parametrize("text", ["192.0.2.1", "0.0.0.0", "2001:db8::1", "fe80::", "::1"])
def test_an_address_survives_being_two_halves(text):
    assert address_text(*halves(text)) == text


def test_an_address_nobody_told_is_an_empty_text():
    assert address_text(0, 0) == ""


def test_what_is_no_address_is_refused():
    with pytest.raises(ValueError):
        halves("10.0.0.256")


def test_no_rows_have_the_columns_of_all_rows():
    assert len(no_rows()) == 0
    assert no_rows()["bytes"].sum() == 0
