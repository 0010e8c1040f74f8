"""No source keeps a habit that is known to cost a night; and every rule is seen to catch."""

import pytest

from tests.architecture import habits
from tests.architecture.sources import modules, parse


@pytest.mark.parametrize("rule", habits.RULES, ids=lambda rule: rule.__name__)
def test_the_program_keeps_to_it(rule):
    found = [
        f"noc_console/{source.path}:{line}: {why}"
        for source in modules()
        for line, why in rule(source)
    ]
    assert found == []


CAUGHT = [
    (habits.no_nested_event_loops, "dialog.exec()"),
    (habits.no_nested_event_loops, "QMenu(self).exec_(at)"),
    (habits.no_static_dialogs, "QMessageBox.warning(self, 'a', 'b')"),
    (habits.no_static_dialogs, "QtWidgets.QFileDialog.getOpenFileName(self)"),
    (habits.no_static_dialogs, "QInputDialog.getText(self, 'a', 'b')"),
    (habits.no_unchecked_hosts, "asyncssh.connect(host, known_hosts=None)"),
    (habits.no_second_way_to_connect, "asyncssh.connect(host, known_hosts=keys)"),
    (habits.no_second_way_to_connect, "asyncssh.get_server_host_key(host, port)"),
    (habits.no_data_that_runs, "import pickle"),
    (habits.no_data_that_runs, "from marshal import loads"),
    (habits.no_data_that_runs, "eval(text)"),
    (habits.no_data_that_runs, "yaml.load(text)"),
    (habits.no_data_that_runs, "subprocess.run(line, shell=True)"),
    (habits.no_rich_text_labels, "QLabel(device.name)"),
    (habits.no_rich_text_labels, "class Name(QtWidgets.QLabel): pass"),
    (habits.no_bare_except, "try:\n    f()\nexcept:\n    pass"),
    (habits.no_naive_moments, "datetime.now()"),
    (habits.no_naive_moments, "datetime.datetime.utcnow()"),
    (habits.no_naive_moments, "datetime.fromtimestamp(0)"),
    (habits.no_tasks_without_an_owner, "asyncio.get_running_loop().create_task(f())"),
    (habits.no_tasks_without_an_owner, "self._loop.create_task(f())"),
    (habits.no_promises, "x = 1  # " + "TO" + "DO: later"),
    (habits.no_promises, "def f():\n    raise NotImplementedError('later')"),
    (habits.no_endless_files, "x = 1\n" * 601),
]

ALLOWED = [
    (habits.no_nested_event_loops, "await open_dialog(dialog)"),
    (habits.no_static_dialogs, "QFileDialog(self).open()"),
    (habits.no_unchecked_hosts, "asyncssh.connect(host, known_hosts=path)"),
    (habits.no_second_way_to_connect, "programs.connected(host, port, login, key, never)"),
    (habits.no_data_that_runs, "subprocess.run(['ls'], shell=False)"),
    (habits.no_data_that_runs, "re.compile(pattern)"),
    (habits.no_rich_text_labels, "Label(device.name)"),
    (habits.no_bare_except, "try:\n    f()\nexcept ValueError:\n    pass"),
    (habits.no_naive_moments, "datetime.now(UTC)"),
    (habits.no_naive_moments, "datetime.fromtimestamp(0, tz=UTC)"),
    (habits.no_naive_moments, "self._clock.now()"),
    (habits.no_tasks_without_an_owner, "group.create_task(f())"),
    (habits.no_tasks_without_an_owner, "self._task = loop.create_task(f())"),
    (habits.no_promises, "@abstractmethod\ndef f():\n    raise NotImplementedError"),
    (habits.no_endless_files, "x = 1\n" * 600),
]


@pytest.mark.parametrize(("rule", "text"), CAUGHT)
def test_a_rule_catches_what_it_is_for(rule, text):
    assert list(rule(parse(text, "views/sample/page.py")))


@pytest.mark.parametrize(("rule", "text"), ALLOWED)
def test_a_rule_leaves_the_good_way_alone(rule, text):
    assert list(rule(parse(text, "views/sample/page.py"))) == []


def test_only_the_kit_may_touch_the_raw_label():
    raw = parse("QLabel(text)", "views/kit/label.py")
    assert list(habits.no_rich_text_labels(raw)) == []


def test_every_rule_is_seen_to_catch_and_to_let_through():
    assert {rule for rule, _ in CAUGHT} == {rule for rule, _ in ALLOWED} == set(habits.RULES)
