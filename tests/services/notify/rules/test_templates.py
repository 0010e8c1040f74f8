from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.notify.rules.templates import LONGEST_TEXT, check, fill
from noc_console.services.notify.rules.texts import Dress

GIVEN = {"alarm": {"device": "core-1", "text": "no answer", "customers": 12, "owner": ""},
         "others": ["a", "b"], "note": "", "nothing": None}  # fmt: skip


def filled(text, dress=Dress.PLAIN, given=GIVEN):
    return fill(text, given, dress=dress)


def test_places_conditions_lists_and_filters_work():
    assert filled("{{ alarm.device | upper }}: {{ alarm['text'] }}") == "CORE-1: no answer"
    assert filled("{% if alarm.customers > 10 %}many{% else %}few{% endif %}") == "many"
    assert filled("{% for each in others %}<{{ each }}>{% endfor %}") == "<a><b>"
    assert filled("{{ alarm.owner | default('x') }}{{ others | length }}{{ nothing }}") == "2"
    assert filled("{{ 'yes' if alarm.owner else 'no' }}") == "no"


@pytest.mark.parametrize(
    "text",
    [
        "{{ alarm.__class__ }}",
        "{{ alarm['__class__'] }}",
        "{{ alarm.device.upper() }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ alarm.items }}",
        "{{ alarm.device.format }}",
        "{{ alarm | attr('keys') }}",
        "{{ self }}",
        "{{ self._TemplateReference__context }}",
        "{{ range(9) }}",
        "{{ cycler('a') }}",
        "{{ lipsum() }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ 'a' ~ 'b' }}",
        "{{ alarm.device | replace('c', 'cc') }}",
        "{{ alarm.device | center(99999999) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%999999999d' | format(1) }}",
        "{% set x = 1 %}",
        "{% macro x() %}{% endmacro %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% for a in [1, 2] %}{% endfor %}",
        "{% for a in others recursive %}{% endfor %}",
        "{% for a in others %}" * 3 + "{% endfor %}" * 3,
        "{% filter upper %}x{% endfilter %}",
        "{% call x() %}{% endcall %}",
        "{% block x %}{% endblock %}",
        "{% autoescape true %}{% endautoescape %}",
        "{{ joiner }}",
        "{{ alarm.",
        "{% if %}",
        "x" * 9000,
    ],
)
def test_what_is_not_in_our_part_of_the_language_is_refused_with_words(text):
    with pytest.raises(Invalid) as raised:
        filled(text)
    assert len(str(raised.value)) > 5 and raised.value.field == "body"


def test_a_place_that_is_not_there_is_told_by_its_name():
    with pytest.raises(Invalid, match="devise"):
        filled("{{ alarm.devise }}")
    with pytest.raises(Invalid, match="alrm"):
        filled("{{ alrm.device }}")
    check("{{ alrm.device }}")


def test_words_of_a_device_are_data_not_a_template():
    nasty = {"alarm": {"text": "{{ alarm.device }} {% raw %}"}}
    assert filled("{{ alarm.text }}", given=nasty) == "{{ alarm.device }} {% raw %}"
    assert filled("*{{ alarm.text }}*", Dress.MARKDOWN, {"alarm": {"text": "*x*"}}) == "*\\*x\\**"


def test_the_output_is_bounded_whatever_is_walked():
    text = "{% for a in others %}{% for b in others %}{{ a }}{{ b }}{% endfor %}{% endfor %}"
    with pytest.raises(Invalid, match="longer than"):
        filled(text, given={"others": ["x" * 400] * 1000})
    assert (
        len(filled("{% for a in others %}{{ a }}{% endfor %}", given={"others": ["x"] * 999})) == 50
    )
    assert LONGEST_TEXT == 20_000


def test_a_template_that_would_take_for_ever_is_refused_before_it_runs():
    inner = "{% for b in others %}" + "{{ b }}" * 60 + "{% endfor %}"
    with pytest.raises(Invalid, match="too many loops"):
        check("{% for a in others %}" + inner + "{% endfor %}")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="{}%|.[]'\"_()~*+abifor nedlsm123", max_size=60))
def test_no_text_does_anything_but_fill_or_refuse(text):
    try:
        assert len(filled(text)) <= LONGEST_TEXT
    except Invalid:
        pass
