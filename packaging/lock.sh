#!/usr/bin/env bash
# Resolve pyproject.toml into the three hash-checked lock files (`make lock`).
#
# One resolution serves every interpreter from 3.11 up and Linux, macOS and Windows: uv writes
# environment markers where they differ. It asks PyPI and nothing else, whatever this machine's
# pip is configured to, so that no private index or path ends up in the files.
# run.txt is the console, collect.txt the same without the window, test.txt with the tools.
# `make lock UPGRADE=1` takes newer versions; without it only what pyproject.toml demands moves.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly UV=0.13.8
readonly TOOLS=.venv-lock

[ -x "$TOOLS/bin/uv" ] && [ "$("$TOOLS/bin/uv" --version | cut -d' ' -f2)" = "$UV" ] || {
    "${PYTHON:-python3}" -m venv "$TOOLS"
    "$TOOLS/bin/pip" install -q --disable-pip-version-check "uv==$UV"
}

resolve() { # $1: output, the rest: what to resolve
    local -r output="$1"
    shift
    env -u UV_INDEX_URL -u UV_DEFAULT_INDEX -u UV_INDEX -u UV_FIND_LINKS -u UV_EXTRA_INDEX_URL \
        "$TOOLS/bin/uv" pip compile --quiet --no-config --no-cache \
        --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --custom-compile-command "make lock" ${UPGRADE:+--upgrade} \
        "$@" -o "packaging/lock/$output"
}

resolve run.txt pyproject.toml packaging/lock/build.in --extra window
resolve collect.txt pyproject.toml packaging/lock/build.in --extra tracing --constraint packaging/lock/run.txt
resolve test.txt pyproject.toml packaging/lock/build.in --extra window --extra tracing --group dev \
    --constraint packaging/lock/run.txt

if grep -nE '://|file:|find-links|index-url' packaging/lock/*.txt; then
    echo "a lock file names a place; it must only name versions and hashes" >&2
    exit 1
fi
