"""Templates of configurations: what can be said in them, and what never runs."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.compliance.rules.golden import filled, template, variables

GIVEN = {"device": {"name": "r1", "address": "192.0.2.1"}, "ntp": ["10.0.0.1", "10.0.0.2"]}


def test_places_are_filled_in_line_by_line() -> None:
    text = "hostname {{ device.name|upper }}\n{% for each in ntp %}\nntp server {{ each }}\n"
    text += "{% endfor %}\n{% if device.name == 'r1' %}\nend\n{% endif %}\n"
    assert filled(text, GIVEN) == ("hostname R1\nntp server 10.0.0.1\nntp server 10.0.0.2\nend\n")


def test_a_devices_name_cannot_add_a_line() -> None:
    assert filled("hostname {{ n }}\n", {"n": "r1\nusername x"}) == "hostname r1 username x\n"


def test_what_nobody_knows_is_named() -> None:
    with pytest.raises(Invalid, match="loopback"):
        filled("{{ device.loopback }}", GIVEN)


@pytest.mark.parametrize(
    "text",
    [
        "{{ device.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ device.items() }}",
        "{% set x = 1 %}",
        "{{ 10 ** 10 }}",
        "{{ 'a' * 1000000 }}",
        "{% macro m() %}{% endmacro %}",
        "{% include 'x' %}",
        "{{ ntp|attr('x') }}",
        "{% for a in ntp %}" * 3 + "{% endfor %}" * 3,
        "{% for a in ntp %}" * 2 + "{{ a }}" * 60 + "{% endfor %}" * 2,
        "{% if",
        "x" * 60_001,
    ],
)
def test_what_could_run_or_cost_too_much_is_refused_before_it_does(text: str) -> None:
    with pytest.raises(Invalid):
        template(text)


def test_brackets_take_names_and_numbers_only() -> None:
    assert filled("{{ ntp[0] }} {{ device['name'] }}", GIVEN) == "10.0.0.1 r1"
    with pytest.raises(Invalid):
        filled("{{ ntp[true.x] }}", GIVEN)
    with pytest.raises(Invalid):
        filled("{{ device['_x'] }}", GIVEN)


def test_variables_are_names_with_values_or_lists() -> None:
    assert variables("# ours\nntp = 10.0.0.1, 10.0.0.2\nasn=65000\n") == {
        "ntp": ["10.0.0.1", "10.0.0.2"],
        "asn": "65000",
    }
    for wrong in ("ntp", "1x = 2", "_x = 1", "device = 1"):
        with pytest.raises(Invalid) as refused:
            variables(wrong)
        assert refused.value.field == "variables"


def test_interfaces_may_be_many_and_a_list_that_is_too_long_is_refused_not_cut() -> None:
    text = "{% for port in interfaces if port.alias %}{{ port.name }}\n{% endfor %}"
    ports = [{"name": f"Gi{n}", "alias": "x" if n % 2 else ""} for n in range(1_000)]
    assert filled(text, {"interfaces": ports}).count("\n") == 500
    with pytest.raises(Invalid, match="2001"):
        filled(text, {"interfaces": [{}] * 2_001})
    with pytest.raises(Invalid, match="201"):
        filled("{% for x in many %}{{ x }}{% endfor %}", {"many": ["x"] * 201})
    with pytest.raises(Invalid):
        variables("interfaces = Gi0/0")
