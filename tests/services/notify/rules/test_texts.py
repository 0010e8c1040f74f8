from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.notify.rules.texts import DRESSES, Dress, for_sms, harmless, sms_size
from noc_console.services.notify.settings import ChannelKind


def test_slack_sees_no_mention_and_no_link():
    assert harmless("<!channel> & <http://x|y>", Dress.SLACK) == (
        "&lt;!channel&gt; &amp; &lt;http://x|y&gt;"
    )


def test_markdown_sees_no_link_no_image_and_no_heading():
    told = harmless("![a](http://x/y.png) *b* # c", Dress.MARKDOWN)
    assert told == "\\!\\[a\\]\\(http\\://x/y\\.png\\) \\*b\\* \\# c"


@pytest.mark.parametrize("dress", Dress)
def test_a_value_is_one_line_and_bounded_wherever_it_goes(dress):
    told = harmless("a\nb\r\nc\x1b[0m\u202e" + "x" * 2000, dress)
    assert "\n" not in told and "\r" not in told and "\x1b" not in told and "\u202e" not in told
    assert len(told) < 1200


def test_every_kind_of_channel_has_its_dress():
    assert set(DRESSES) == set(ChannelKind)


@pytest.mark.parametrize(
    ("text", "is_gsm", "units", "segments"),
    [
        ("", True, 0, 1),
        ("a" * 160, True, 160, 1),
        ("a" * 161, True, 161, 2),
        ("a" * 306, True, 306, 2),
        ("a" * 307, True, 307, 3),
        ("€" * 80, True, 160, 1),
        ("€" * 81, True, 162, 2),
        # The two halves of € do not part: 76 fit into 153, not 76.5.
        ("€" * 153, True, 306, 3),
        ("ж" * 70, False, 70, 1),
        ("ж" * 71, False, 71, 2),
        ("😀" * 35, False, 70, 1),
        ("😀" * 36, False, 72, 2),
        ("`", False, 1, 1),
    ],
)
def test_an_sms_is_counted_as_the_standard_says(text, is_gsm, units, segments):
    size = sms_size(text)
    assert (size.is_gsm, size.units, size.segments) == (is_gsm, units, segments)
    assert size.shown.startswith(str(units))


def test_typographic_signs_do_not_double_the_price():
    assert for_sms("core–1 → “down”…", most_segments=1) == 'core-1 -> "down"...'
    assert sms_size(for_sms("x – " * 40, most_segments=3)).is_gsm


@given(st.text(max_size=800), st.integers(1, 4))
def test_a_cut_text_always_fits(text, most):
    assert sms_size(for_sms(text, most_segments=most)).segments <= most
