# The Python to use, the virtual environment, and where Odoo is imported from.
# shellcheck shell=bash

# Sets PYTHON to the first interpreter that can make a virtual environment.
find_python() {
    local name
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.10 \
        /usr/bin/python3; do
        # Not our own environment, activated, which is about to be replaced.
        if "$name" - "$DEV" 2>/dev/null <<'PY'; then
import ensurepip, sys, venv
suits = (3, 10) <= sys.version_info[:2] <= (3, 13)
sys.exit(not suits or sys.prefix.startswith(sys.argv[1]))
PY
            PYTHON=$name
            return
        fi
    done
    return 1
}

# odoo_folder [FOLDER] - prints the folder to put on the path so that an Odoo
# 19.0 is imported from FOLDER, or from where PYTHON finds one by itself.
odoo_folder() {
    (cd / && PYTHONPATH=${1:+$1:}${PYTHONPATH:-} "$PYTHON" - 2>/dev/null <<'PY')
import os, sys
import odoo.release
if odoo.release.version_info[:2] != (19, 0):
    sys.exit(1)
print(os.path.dirname(os.path.dirname(os.path.abspath(odoo.release.__file__))))
PY
}

# Prints the folder Odoo is imported from, after unpacking it when needed.
locate_odoo() {
    local unpacked=$DEV/odoo
    if [ -n "${ODOO_SOURCE:-}" ]; then
        odoo_folder "$ODOO_SOURCE" || die "ODOO_SOURCE=$ODOO_SOURCE is not Odoo 19.0" \
            "It must be a folder that contains odoo/release.py of that version."
        return
    fi
    odoo_folder && return
    local inputs
    inputs=$(fingerprint "$ROOT/dev/lib/debian.sh" </dev/null)
    if ! stamped odoo "$inputs" || [ ! -d "$unpacked" ]; then
        unpack_odoo "$unpacked"
        stamp odoo "$inputs"
    fi
    odoo_folder "$unpacked/usr/lib/python3/dist-packages" ||
        die "the unpacked Odoo is not version 19.0" "Run dev/setup --clean, then repeat."
}

# build_wheels FOLDER - every requirement as a wheel in FOLDER, which exists
# only when it is complete.
build_wheels() {
    local target=$1 work=$1.part
    [ -d "$target" ] && return 0
    say "fetching the Python packages"
    rm -rf "$work"
    # Without --use-pep517 an older pip builds the few that have no wheel in this
    # environment, where what it needs for that is missing.
    "$VENV/bin/pip" --disable-pip-version-check -qq wheel --use-pep517 \
        -r "$ROOT/dev/requirements.txt" -w "$work" >&2 ||
        die "pip could not fetch dev/requirements.txt" \
            "The message above names the package.  Check the network, then repeat."
    mv "$work" "$target"
}

# make_venv ODOO_FOLDER
make_venv() {
    local odoo=$1 version inputs wheels site
    version=$("$PYTHON" -c 'import platform; print(platform.python_version())')
    inputs=$(printf '%s\n' "$ROOT" "$version" "$odoo" |
        fingerprint "$ROOT/dev/requirements.txt" "$ROOT/dev/lib/python.sh")
    stamped venv "$inputs" && [ -x "$VENV/bin/python" ] && return 0
    say "making the virtual environment with Python $version"
    rm -rf "$VENV"
    "$PYTHON" -m venv "$VENV" ||
        die "could not make $VENV with $PYTHON" "On Debian install python3-venv."
    wheels=$CACHE/wheels-${version%.*}-$(fingerprint "$ROOT/dev/requirements.txt" </dev/null)
    cache_locked build_wheels "$wheels"
    "$VENV/bin/pip" --disable-pip-version-check -qq install --no-index \
        --find-links "$wheels" -r "$ROOT/dev/requirements.txt" >&2 ||
        die "could not install the Python packages" "Remove $wheels, then repeat."
    site=$("$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    # The checkout itself is on the path too: dev.lib and simulator are imported.
    printf "%s\n" "$odoo" "$ROOT" >"$site/odoo-source.pth"
    "$VENV/bin/python" -c 'import odoo.cli' ||
        die "Odoo from $odoo cannot be imported" "The message above says why."
    stamp venv "$inputs"
}
