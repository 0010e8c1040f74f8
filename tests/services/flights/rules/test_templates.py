from itertools import count

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.rules.templates import LONGEST_S, rendered

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


def test_lists_of_lists_are_made_and_taken_apart():
    text = (
        "{% for name, address in [('a', '10.0.0.1'), ('b', '10.0.0.2')] %}"
        "{{ name }} {{ address }}\n{% endfor %}"
        "{% set x, y = 1, 2 %}{{ [x, y]|sum }} {{ ([1] + [2, 3])|join(',') }}"
        " {{ [{'n': 1}, {'n': 2}]|map(attribute='n')|join(',') }}"
    )
    assert rendered(text, {}) == "a 10.0.0.1\nb 10.0.0.2\n3 1,2,3 1,2"


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


MANY = "{% set a = range(4096)|list %}"


@pytest.mark.parametrize(
    "text",
    [
        MANY + "{% set b = [" + "a," * 60 + "] %}{% set c = [" + "b," * 60 + "] %}{{ c }}",
        MANY + "{% set b = (" + "a," * 60 + ") %}{% set c = {'c': (" + "b," * 60 + ")} %}{{ c }}",
        MANY + "{{ [" + "a," * 3_000 + "]|sum(start=[])|length }}",
        MANY + "{% set b = [a] %}" + "{% set b = [b] + [b] %}" * 30 + "{{ b|string|length }}",
        "{% set a = 'x'|list %}" + "{% set a = [a, a] %}" * 40 + "{{ a == [a] }}",
    ],
    ids=["lists", "tuples", "sums", "put together", "compared"],
)
def test_lists_in_lists_that_grow_like_a_tree_are_stopped(text):
    with pytest.raises(Invalid):
        rendered(text, VALUES)


def test_a_template_that_takes_too_long_is_stopped_in_a_loop_or_without():
    spent = count()
    for text in (
        "{% for i in range(4000) %}x{% endfor %}",
        "{{ 'a'|upper }}" * 400,
        "{{ [1] }}" * 400,
    ):
        with pytest.raises(Invalid, match=f"longer than {LONGEST_S:g} s"):
            rendered(text, {}, spent_s=lambda: float(next(spent)))
