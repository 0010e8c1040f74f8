#!/usr/bin/env bash
# Make this checkout ready: system packages, .venv, locked dependencies, the project itself.
#
#   packaging/setup.sh run     what the console needs
#   packaging/setup.sh test    that, and what the checks and tests need
#
# Repeating it is cheap: each step is skipped when its proof is there. Environment:
#   PYTHON=…        the interpreter to build .venv with (else the first good python3)
#   SKIP_SYSTEM=1   leave the system packages alone (you know better, or have no apt)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly WHAT="${1:-run}"
readonly VENV=.venv
readonly FLOOR="3.11"

say() { printf '\033[1m%s\033[0m\n' "$*"; }

stop() {
    printf '\n%s\n' "$@" >&2
    exit 1
}

usable() { # an interpreter that starts (a pyenv shim may not) and is new enough
    "$1" -c "import sys; sys.exit(sys.version_info < tuple(map(int, '$FLOOR'.split('.'))))" \
        >/dev/null 2>&1
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if command -v "$candidate" >/dev/null && usable "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    stop "NOC Console needs Python $FLOOR or newer; ${PYTHON:-python3} is not."
}

# --- system packages ------------------------------------------------------------------------

present() { # is what proves the package there?
    case "$1" in
        /*) compgen -G "$1" >/dev/null ;;
        *) grep -qF "$1 " <<<"$LIBRARIES" ;;
    esac
}

missing_packages() { # names from the given lists whose proof is absent
    local package proof
    while read -r package proof; do
        case "$package" in '' | '#'*) continue ;; esac
        present "$proof" || echo "$package"
    done < <(cat "$@")
}

venv_package() { # Debian splits venv and ensurepip from python3
    [ -x "$VENV/bin/python" ] && return
    "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    if [ "$("$1" -c 'import os, sys; print(os.path.realpath(sys.executable))')" = \
        "$(readlink -f /usr/bin/python3)" ]; then
        echo python3-venv
    else
        "$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    fi
}

# Debian starts and enables every service it installs. Ours are peers for tests, so during the
# install a policy says no, and afterwards what came new is disabled. Both are undone or skipped
# where a service was there before.
install_quietly() {
    local -r as_root="$1"
    shift
    local unit policy=/usr/sbin/policy-rc.d policy_is_ours=no
    local -a new_units=()
    for unit in snmpd ssh postgresql softflowd freeradius prometheus victoria-metrics \
        inetutils-inetd; do
        [ -e "/lib/systemd/system/$unit.service" ] || new_units+=("$unit")
    done
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
        $as_root chmod 755 "$policy"
        policy_is_ours=yes
    fi
    local status=0
    { $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "$@"; } || status=$?
    [ "$policy_is_ours" = no ] || $as_root rm -f "$policy"
    if command -v systemctl >/dev/null; then
        for unit in ${new_units[@]+"${new_units[@]}"}; do
            [ -e "/lib/systemd/system/$unit.service" ] || continue
            $as_root systemctl disable --quiet "$unit.service" 2>/dev/null || true
        done
    fi
    return "$status"
}

ensure_system() {
    [ "$(uname -s)" = Linux ] && [ -z "${SKIP_SYSTEM:-}" ] || return 0
    local lists=packaging/system/run.txt
    [ "$WHAT" = run ] || lists="$lists packaging/system/test.txt"
    LIBRARIES="$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)"
    local missing
    # shellcheck disable=SC2086  # the lists are words on purpose
    missing="$(missing_packages $lists; venv_package "$1")"
    [ -n "$missing" ] || return 0
    missing="$(tr '\n' ' ' <<<"$missing" | sed 's/ *$//')"

    local -r command_line="apt-get update && apt-get install --no-install-recommends $missing"
    if ! command -v apt-get >/dev/null; then
        stop "This system has no apt. Install what these Debian packages hold, then repeat with SKIP_SYSTEM=1:" \
            "    $missing"
    fi
    local as_root=""
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            stop "System packages are missing, and only root may install them. Run this, then repeat:" \
                "    su -c '$command_line'" "$(about_services "$missing")"
        elif ! sudo -n true 2>/dev/null; then
            stop "System packages are missing, and sudo wants a password. Run this, then repeat:" \
                "    sudo sh -c '$command_line'" "$(about_services "$missing")"
        fi
        as_root="sudo -n"
    fi
    say "Installing system packages: $missing"
    # shellcheck disable=SC2086  # the packages are words on purpose
    install_quietly "$as_root" $missing ||
        stop "apt could not install everything. Run this, look at what it says, then repeat:" \
            "    $command_line"
}

about_services() { # what install_quietly would have prevented
    case "$1" in
        *postgresql* | *snmpd* | *openssh-server* | *freeradius* | *prometheus* | *softflowd*)
            echo "Debian starts the services among them. The tests need only the programs; afterwards you may:"
            echo "    systemctl disable --now snmpd ssh postgresql softflowd freeradius prometheus victoria-metrics" ;;
    esac
}

# --- the virtual environment ----------------------------------------------------------------

ensure_venv() {
    if [ -e "$VENV" ] && ! usable "$VENV/bin/python"; then
        say "Replacing $VENV: its interpreter is gone or too old"
        rm -rf "$VENV"
    fi
    [ -e "$VENV/bin/pip" ] && return
    say "Creating $VENV with $("$1" --version)"
    "$1" -m venv "$VENV"
}

digest() { "$VENV/bin/python" -c '
import hashlib, sys
print(sys.version.split()[0], hashlib.sha256(b"".join(open(f, "rb").read() for f in sys.argv[1:])).hexdigest())
' "$@"; }

installed() { # $1: stamp, $2: digest that is wanted
    [ -e "$VENV/$1" ] && [ "$(cat "$VENV/$1")" = "$2" ]
}

ensure_dependencies() {
    local want
    want="$(digest "packaging/lock/$WHAT.txt")"
    installed ".locked-$WHAT" "$want" && return
    # test.txt holds everything of run.txt, at the same versions.
    if [ "$WHAT" = run ] && installed .locked-test "$(digest packaging/lock/test.txt)"; then
        return
    fi
    say "Installing the locked dependencies (packaging/lock/$WHAT.txt)"
    "$VENV/bin/python" -m pip install -q --disable-pip-version-check --no-deps \
        --require-hashes --only-binary :all: -r "packaging/lock/$WHAT.txt"
    "$VENV/bin/python" -m pip check --disable-pip-version-check >/dev/null ||
        "$VENV/bin/python" -m pip check --disable-pip-version-check
    echo "$want" >"$VENV/.locked-$WHAT"
}

ensure_project() {
    local want
    want="$(digest pyproject.toml noc_console/__init__.py) $PWD"
    installed .project "$want" && return
    say "Installing NOC Console itself (editable)"
    # The build backend is in the lock: nothing is fetched here, so nothing comes unchecked.
    "$VENV/bin/python" -m pip install -q --disable-pip-version-check --no-deps \
        --no-build-isolation --no-index -e .
    echo "$want" >"$VENV/.project"
}

case "$WHAT" in
    run | test) ;;
    *) stop "usage: packaging/setup.sh [run|test]" ;;
esac
python="$(find_python)"
ensure_system "$python"
ensure_venv "$python"
ensure_dependencies
ensure_project
# The tests try both decoders of SNMP where one can be compiled; the program takes what is there.
[ "$WHAT" = run ] || "$VENV/bin/python" packaging/decoder.py --quietly
