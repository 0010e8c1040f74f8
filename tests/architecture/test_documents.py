"""What the documents and lists say is so: links, commands, packages, scripts."""

import re
import subprocess

import pytest

from tests.architecture.sources import PACKAGE, ROOT

DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def make_targets():
    return set(re.findall(r"^([a-z][a-z-]*):", text_of("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_to_a_file_of_ours_leads_somewhere(document):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", text_of(document))
    dead = [link for link in links if "://" not in link and not (ROOT / link).exists()]
    assert dead == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_command_in_the_documents_exists(document):
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", text_of(document), re.MULTILINE))
    assert named <= make_targets()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_operation_in_the_documents_exists(document):
    offered = {
        name
        for file in PACKAGE.glob("services/*/*.py")
        for name in re.findall(r'@operation\(\s*"([^"]+)"', file.read_text(encoding="utf-8"))
    }
    named = set(re.findall(r"noc-console ([a-z]+\.[a-z-]+)", text_of(document)))
    assert named <= offered


def test_ci_runs_the_checks_and_the_command_of_the_readme():
    steps = [line for line in text_of(".ci/run").splitlines() if line.startswith("make ")]
    assert steps == ["make check", "make test"]
    assert re.search(r"^make test\b", text_of("README.md"), re.MULTILINE)


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_every_system_package_comes_with_its_proof(name):
    lines = text_of(f"packaging/system/{name}").splitlines()
    packages = [line.split() for line in lines if line and not line.startswith("#")]
    assert packages
    for words in packages:
        assert len(words) == 2, words
        package, proof = words
        assert re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", package)
        assert re.fullmatch(r"/\S+|lib\S+\.so\.\d+", proof)


@pytest.mark.parametrize("script", ["packaging/setup.sh", "packaging/lock.sh", ".ci/run"])
def test_a_script_parses_and_stops_at_the_first_error(script):
    assert subprocess.run(["bash", "-n", ROOT / script], check=False).returncode == 0
    assert (ROOT / script).stat().st_mode & 0o111
    assert "\nset -euo pipefail\n" in text_of(script)


def test_set_up_refuses_a_word_it_does_not_know():
    asked = subprocess.run(
        [ROOT / "packaging" / "setup.sh", "everything"], check=False, capture_output=True, text=True
    )
    assert asked.returncode == 1
    assert "usage" in asked.stderr
