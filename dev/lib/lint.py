"""Parses every XML file of the repository; a broken one is named with its place."""

import subprocess
import sys

from lxml import etree

from dev.lib.paths import ROOT


def xml_files():
    """The XML and XSD files that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.xml", "*.xsd"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    files = (ROOT / name for name in listed.stdout.splitlines())
    return [path for path in files if path.exists()]


def main():
    """Returns 1 when a file is not well-formed XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    broken = 0
    for path in xml_files():
        try:
            etree.parse(path, parser)
        except etree.XMLSyntaxError as error:
            broken += 1
            print(f"{path.relative_to(ROOT)}: {error}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
