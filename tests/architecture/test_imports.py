"""Rules about imports that import-linter cannot say."""

import grimp
import pytest

PRIVATE = {"store", "rules"}
"""A feature's own affair."""


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("noc_console")


def feature_of(module):
    """`noc_console.services.alarms.rules.storm` → `noc_console.services.alarms`."""
    return ".".join(module.split(".")[:3])


def is_private(module):
    return (
        module.startswith("noc_console.services.")
        and len(parts := module.split(".")) > 3
        and parts[3] in PRIVATE
    )


def test_features_keep_their_stores_and_rules_to_themselves(graph):
    trespasses = [
        f"{importer} -> {imported}"
        for imported in graph.modules
        if is_private(imported)
        for importer in graph.find_modules_that_directly_import(imported)
        if feature_of(importer) != feature_of(imported)
    ]
    assert trespasses == []


def test_no_module_of_the_program_imports_the_tests():
    outside = grimp.build_graph("noc_console", include_external_packages=True)
    assert "tests" not in outside.modules


def test_a_collector_starts_without_the_window(graph):
    """What `collect` imports must not reach Qt: a headless machine installs without it."""
    outside = grimp.build_graph("noc_console", include_external_packages=True)
    assert "noc_console.app.collector" in outside.modules
    for toolkit in {"PySide6", "shiboken6", "qasync", "pyqtgraph"} & outside.modules:
        chain = outside.find_shortest_chain("noc_console.app.collector", toolkit)
        assert chain is None, " -> ".join(chain)
