"""Every door into the console is an operation: named, guarded, described, offered everywhere."""

import ast
from collections import Counter

from tests.architecture.sources import dotted, modules


def service_methods():
    """Every public async method that acts for somebody, with its feature."""
    for source in modules():
        if not source.path.startswith("services/"):
            continue
        feature = source.path.split("/")[1]
        for owner in ast.walk(source.tree):
            if not (isinstance(owner, ast.ClassDef) and owner.name.endswith("Service")):
                continue
            for method in owner.body:
                if isinstance(method, ast.AsyncFunctionDef) and takes_an_actor(method):
                    yield f"{feature}: {owner.name}.{method.name}", feature, method


def takes_an_actor(method):
    arguments = [each.arg for each in (*method.args.posonlyargs, *method.args.args)]
    return not method.name.startswith("_") and arguments[1:2] == ["actor"]


def operation_of(method):
    for decorator in method.decorator_list:
        if isinstance(decorator, ast.Call) and dotted(decorator.func) == "operation":
            return decorator.args[0].value
    return None


def asks_for_a_right(method):
    return any(
        isinstance(node, ast.Call) and dotted(node.func) == "actor.require"
        for node in ast.walk(method)
    )


def doors():
    return [
        (where, feature, method, name)
        for where, feature, method in service_methods()
        if (name := operation_of(method)) is not None
    ]


def test_there_are_doors_at_all():
    assert len(doors()) >= 10


def test_whoever_acts_for_somebody_checks_a_right_first():
    unguarded = [
        where
        for where, _, method in service_methods()
        if operation_of(method) is None and not asks_for_a_right(method)
    ]
    assert unguarded == []


def test_a_door_is_named_after_its_feature_and_what_it_does():
    wrong = [
        f"{where} is called {name}"
        for where, feature, _, name in doors()
        if name.partition(".")[0] != feature or not name.partition(".")[2]
    ]
    assert wrong == []


def test_no_two_doors_share_a_name():
    names = Counter(name for *_, name in doors())
    assert [name for name, count in names.items() if count > 1] == []


def test_a_door_says_in_one_sentence_what_it_does():
    silent = [
        where
        for where, _, method, _ in doors()
        if not (ast.get_docstring(method) or "").split("\n", 1)[0].endswith(".")
    ]
    assert silent == []


def test_what_a_door_takes_is_named_by_whoever_calls_it():
    """Palette and command line offer arguments by name; a position says nothing there."""
    positional = [
        where
        for where, _, method, _ in doors()
        if len(method.args.args) + len(method.args.posonlyargs) > 2 or method.args.vararg
    ]
    assert positional == []


def test_every_argument_of_a_door_has_a_type_to_parse_it_by():
    untyped = [
        f"{where}({argument.arg})"
        for where, _, method, _ in doors()
        for argument in method.args.kwonlyargs
        if argument.annotation is None
    ]
    assert untyped == []
