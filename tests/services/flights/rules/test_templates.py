import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.rules.templates import rendered

VALUES = {
    "device": {"name": "core-1", "platform": "ios"},
    "interfaces": [{"name": "Gi1", "is_up": True}, {"name": "Gi2", "is_up": False}],
    "var": {"what": "uplink"},
}


def test_a_template_sees_the_device_its_ports_and_the_variables():
    text = (
        "{% for port in interfaces if port.is_up %}\ninterface {{ port.name }}\n"
        " description {{ device.name|upper }} {{ var.what }}\n{% endfor %}"
    )
    assert rendered(text, VALUES) == "interface Gi1\n description CORE-1 uplink\n"


def test_conditions_sets_and_filters_work():
    text = "{% set n = 1 + 2 %}{% if n % 2 %}{{ ['b', 'a']|sort|join(',') }}{% endif %}"
    assert rendered(text, {}) == "a,b"


@pytest.mark.parametrize(
    "text",
    [
        "{{ nobody }}",
        "{{ device.nothing }}",
        "{% if %}",
        "{{ ''.__class__ }}",
        "{{ device.__class__ }}",
        "{{ 'x'.format(1) }}",
        "{{ 'x'.ljust(10) }}",
        "{{ '%9999999d' % 3 }}",
        "{{ 'a' * 10 }}",
        "{{ 2 ** 9 }}",
        "{{ 'a' ~ 'b' }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% macro a() %}{% endmacro %}",
        "{% set a %}x{% endset %}",
        "{% for a in interfaces recursive %}{% endfor %}",
        "{{ _turn() }}",
        "{{ range(100000) }}",
        "{{ 1 % 0 }}",
        "{{ lipsum() }}",
        "{{ interfaces|tojson }}",
        "{{ 'a'|center(10) }}",
    ],
)
def test_what_could_reach_outside_or_grow_is_refused(text):
    with pytest.raises(Invalid) as refused:
        rendered(text, VALUES)
    assert refused.value.field == "template"


GROWS = "{% set a = 'xxxxxxxxxx' %}"


@pytest.mark.parametrize(
    "text",
    [
        GROWS + "{% set a = a + a %}" * 40,
        GROWS + "{% set a = [a, a, a, a]|join %}" * 20,
        GROWS + "{% set a = a|replace('x', 'xx') %}" * 40,
        "{% set a = [1] %}" + "{% set a = a + a %}" * 40,
        "{% for i in range(4000) %}{% for j in range(4000) %}{% endfor %}{% endfor %}",
        "{% for i in range(4000) %}{% for j in range(4) %}{{ device }}{% endfor %}{% endfor %}",
        "x" * 70_000,
    ],
    ids=["sum", "join", "replace", "lists", "loops", "output", "itself"],
)
def test_what_grows_without_end_is_stopped(text):
    with pytest.raises(Invalid):
        rendered(text, VALUES)
