# Debian packages: what the system misses, and Odoo from suite sid, unpacked
# into a folder of ours without installing anything.
# shellcheck shell=bash

ODOO_PACKAGES=(odoo-19 libjs-jquery libjs-jquery-form libjs-underscore
    fonts-roboto-unhinted fonts-montserrat fonts-inconsolata fonts-ocr-b
    fonts-glyphicons-halflings)
# Odoo links to the file names of Font Awesome 4.7; later packages renamed them.
FONT_AWESOME=fonts-font-awesome

has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

has_browser() {
    local name
    # The names under which Odoo's test suite looks for a browser.
    for name in google-chrome chromium chromium-browser google-chrome-stable; do
        command -v "$name" >/dev/null && return
    done
    return 1
}

# Installs the packages that are missing, and touches apt only when there are any.
install_system_packages() {
    local missing=()
    has_postgres || missing+=(postgresql)
    has_browser || missing+=(chromium)
    find_python || missing+=(python3 python3-venv)
    [ ${#missing[@]} = 0 ] && return 0
    say "installing from Debian: ${missing[*]}"
    as_root apt-get update -qq ||
        die "apt-get update failed" "Check the machine's apt sources, then repeat."
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 ||
        die "could not install: ${missing[*]}" \
            "Install them by hand, then repeat: apt-get install ${missing[*]}"
}

# Addresses that may hold Debian's suites, best first, one a line: those this
# machine's apt already uses (or DEBIAN_MIRROR).  A dated snapshot may predate
# the package, so the address without its date is tried after it.
debian_mirrors() {
    if [ -n "${DEBIAN_MIRROR:-}" ]; then
        printf '%s\n' "$DEBIAN_MIRROR"
        return
    fi
    # shellcheck disable=SC2016 # apt's own placeholders
    apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' 'Created-By: Packages' |
        awk '$2 == "main" && $1 !~ /security/ {print $1}' | sort -u |
        awk '{dated = $1; sub("/[0-9]+T[0-9]+Z/?$", "/", dated)
              rank = ($1 ~ "/debian/") ? 0 : 2
              print rank, $1; if (dated != $1) print rank + 1, dated}' |
        sort -s -k1,1n | cut -d' ' -f2-
}

# private_apt FOLDER ARGS... - apt with sources, lists and cache of its own.
private_apt() {
    local folder=$1 tool=$2
    shift 2
    "$tool" -qq -o Dir::Etc::SourceList="$folder/sources.list" \
        -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$folder/lists" \
        -o Dir::Cache="$folder/cache" -o Acquire::Languages=none \
        -o APT::Sandbox::User=root "$@"
}

# fetch_odoo_packages FOLDER - leaves the .deb files of Odoo and of what its
# links point to in FOLDER, which exists only when it is complete.
fetch_odoo_packages() {
    local target=$1 work=$1.part mirror keyring options=""
    [ -d "$target" ] && return 0
    rm -rf "$work"
    mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/debs"
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -r "$keyring" ] && options="[signed-by=$keyring]"
    while read -r mirror; do
        say "looking for odoo-19 in suite sid of $mirror"
        printf "deb $options %s %s main\n" "$mirror" sid "$mirror" bookworm \
            >"$work/apt/sources.list"
        if private_apt "$work/apt" apt-get update >&2 </dev/null &&
            private_apt "$work/apt" apt-cache show "${ODOO_PACKAGES[@]}" >/dev/null &&
            (cd "$work/debs" && private_apt "$work/apt" apt-get download \
                "${ODOO_PACKAGES[@]/%//sid}" "$FONT_AWESOME/bookworm" >&2 </dev/null); then
            mv "$work/debs" "$target"
            rm -rf "$work"
            return
        fi
    done < <(debian_mirrors)
    die "no Debian mirror of this machine offers the package odoo-19" \
        "Set ODOO_SOURCE to a folder with Odoo 19.0, or DEBIAN_MIRROR to the" \
        "address of a mirror with the suites sid and bookworm, then repeat."
}

# unpack_odoo FOLDER - fetches (or takes from the cache) and unpacks to FOLDER.
unpack_odoo() {
    local target=$1 deb empty
    cache_locked fetch_odoo_packages "$CACHE/odoo-19-debs"
    say "unpacking Odoo 19.0"
    rm -rf "$target" "$target.part"
    mkdir -p "$target.part"
    for deb in "$CACHE"/odoo-19-debs/*.deb; do
        dpkg-deb -x "$deb" "$target.part" || die "$deb is damaged" \
            "Remove $CACHE/odoo-19-debs, then repeat."
    done
    # Listed in the web client's bundle but missing in the package: without it
    # every page ends in a console error, and with that every browser test.
    empty=mail/static/lib/selfie_segmentation/selfie_segmentation.js
    empty=$target.part/usr/lib/python3/dist-packages/odoo/addons/$empty
    mkdir -p "$(dirname "$empty")"
    [ -e "$empty" ] || : >"$empty"
    mv "$target.part" "$target"
}
