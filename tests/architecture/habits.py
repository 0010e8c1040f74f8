"""Habits that cost somebody a night once, found in the syntax tree before they cost another.

Each rule takes a parsed source and yields `(line, why)`. Ruff and import-linter say the rest.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from tests.architecture.sources import Source, dotted, functions

Finding = tuple[int, str]
Rule = Callable[[Source], Iterator[Finding]]

MAX_LINES = 600


def calls(source: Source) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def no_nested_event_loops(source: Source) -> Iterator[Finding]:
    """`exec()` inside a task kills other tasks for ever under qasync (#59, #82, #174)."""
    if not source.path.startswith(("views/", "app/")):
        return
    for call, name in calls(source):
        if name.rpartition(".")[2] in {"exec", "exec_"} and "." in name:
            yield call.lineno, f"{name}() nests an event loop: open it and await its answer"


_STATIC_DIALOGS = {
    "QMessageBox": ("about", "aboutQt", "critical", "information", "question", "warning"),
    "QFileDialog": ("getOpen", "getSave", "getExisting"),
    "QInputDialog": ("get",),
    "QColorDialog": ("getColor",),
    "QFontDialog": ("getFont",),
}


def no_static_dialogs(source: Source) -> Iterator[Finding]:
    """The static helpers of Qt's dialogs call `exec()` inside."""
    for call, name in calls(source):
        owner, _, method = name.rpartition(".")
        starts = _STATIC_DIALOGS.get(owner.rpartition(".")[2], ())
        if any(method.startswith(start) for start in starts):
            yield call.lineno, f"{name}() nests an event loop: use views.kit.dialogs"


def no_unchecked_hosts(source: Source) -> Iterator[Finding]:
    """`known_hosts=None` sends the password to whoever answers."""
    for call, name in calls(source):
        for keyword in call.keywords:
            if keyword.arg == "known_hosts" and _is(keyword.value, None):
                yield call.lineno, f"{name}(known_hosts=None) trusts whoever answers"


_CONNECTS = {"asyncssh.connect", "asyncssh.get_server_host_key", "asyncssh.connect_ssh"}


def no_second_way_to_connect(source: Source) -> Iterator[Finding]:
    """What a host is offered and believed is decided in one place: `adapters/ssh/chain.py`."""
    if source.path == "adapters/ssh/chain.py":
        return
    for call, name in calls(source):
        if name in _CONNECTS:
            yield call.lineno, f"{name}() goes past adapters/ssh: use its programs.connected()"


_RUNS_DATA = {"eval", "exec", "compile", "os.system", "os.popen", "yaml.load", "yaml.unsafe_load"}
_LOADS_CODE = {"pickle", "cPickle", "marshal", "shelve", "dill"}


def no_data_that_runs(source: Source) -> Iterator[Finding]:
    """Nothing that came from outside may become code or a shell line."""
    for node in ast.walk(source.tree):
        imported = []
        if isinstance(node, ast.Import):
            imported = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imported = [node.module or ""]
        for name in imported:
            if name.partition(".")[0] in _LOADS_CODE:
                yield node.lineno, f"{name} runs what it loads"  # type: ignore[attr-defined]
    for call, name in calls(source):
        if name in _RUNS_DATA:
            yield call.lineno, f"{name}() runs what it is given"
        if any(word.arg == "shell" and _is(word.value, True) for word in call.keywords):
            yield call.lineno, f"{name}(shell=True) lets a device name become a command"


def no_rich_text_labels(source: Source) -> Iterator[Finding]:
    """A QLabel renders `<img src=…>` out of a device's description; the kit's Label does not."""
    if source.is_in("views/kit"):
        return
    for node in ast.walk(source.tree):
        named = []
        if isinstance(node, ast.Call):
            named = [node.func]
        elif isinstance(node, ast.ClassDef):
            named = node.bases
        if any(dotted(each).rpartition(".")[2] == "QLabel" for each in named):
            yield node.lineno, "QLabel renders HTML out of device text: use the kit's Label"  # type: ignore[attr-defined]


def no_bare_except(source: Source) -> Iterator[Finding]:
    """It catches cancellation and Ctrl+C too."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield node.lineno, "a bare except swallows cancellation"


def no_naive_moments(source: Source) -> Iterator[Finding]:
    """A time without a zone cannot be compared with one that has it."""
    for call, name in calls(source):
        owner, _, method = name.rpartition(".")
        if owner.rpartition(".")[2] != "datetime":
            continue
        zone = call.args[1:] if method == "fromtimestamp" else call.args
        has_zone = bool(zone) or any(word.arg in {"tz", "tzinfo"} for word in call.keywords)
        if method in {"utcnow", "utcfromtimestamp", "today"} or (
            method in {"now", "fromtimestamp"} and not has_zone
        ):
            yield call.lineno, f"{name}() has no time zone: use the Clock, or pass UTC"


def no_tasks_without_an_owner(source: Source) -> Iterator[Finding]:
    """The loop forgets bare tasks; ruff knows asyncio.create_task, not the loop's own."""
    for statement in ast.walk(source.tree):
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
            continue
        name = dotted(statement.value.func)
        owner, _, method = name.rpartition(".")
        if method in {"create_task", "ensure_future"} and _is_a_loop(owner):
            yield statement.lineno, f"{name}() has no owner: a Supervisor, Tasks or a TaskGroup"


_WORDS = ("TO" + "DO", "FIX" + "ME", "XX" + "X")  # in halves: this file is read too
_PROMISES = {f"{word}{colon}" for word in _WORDS for colon in ("", ":")}


def no_promises(source: Source) -> Iterator[Finding]:
    """What is not done is an issue, not a comment."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        _, hash_sign, comment = line.partition("#")
        if hash_sign and not _PROMISES.isdisjoint(comment.split()):
            yield number, "a promise in a comment: do it, or file an issue"
    for function in functions(source.tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Raise) and node.exc is not None:
                raised = dotted(node.exc).removesuffix("()")
                if raised == "NotImplementedError" and not _is_abstract(function):
                    yield node.lineno, "raises NotImplementedError: a stub"


def no_endless_files(source: Source) -> Iterator[Finding]:
    """Two stories are two files."""
    if (lines := source.text.count("\n")) > MAX_LINES:
        yield lines, f"{lines} lines: beyond {MAX_LINES} a file tells more than one story"


RULES: tuple[Rule, ...] = (
    no_nested_event_loops,
    no_static_dialogs,
    no_unchecked_hosts,
    no_second_way_to_connect,
    no_data_that_runs,
    no_rich_text_labels,
    no_bare_except,
    no_naive_moments,
    no_tasks_without_an_owner,
    no_promises,
    no_endless_files,
)


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _is_abstract(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("abstract" in dotted(decorator) for decorator in function.decorator_list)


def _is_a_loop(owner: str) -> bool:
    last = owner.rpartition(".")[2].removesuffix("()")
    return last == "asyncio" or last.endswith("loop")
