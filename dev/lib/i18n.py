"""The texts of the addon for its translators."""

import sys
import tempfile
from pathlib import Path

import polib

from dev.lib.paths import ADDON, ROOT
from dev.lib.stack import Cluster, run_script, temporary_database

FOLDER = ROOT / ADDON / "i18n"
TEMPLATE = FOLDER / f"{ADDON}.pot"
# A moment in the file would change it although no text did.
MOMENTS = ("POT-Creation-Date", "PO-Revision-Date")
EXPORT = """
from odoo.tools.translate import trans_export
with open({path!r}, "wb") as target:
    trans_export(False, [{addon!r}], target, "po", env)
"""


def export(path):
    """Writes the addon's texts, as Odoo collects them from its code and data."""
    with Cluster() as cluster, temporary_database(cluster) as database:
        run_script(cluster, database, EXPORT.format(path=str(path), addon=ADDON))


def read(path):
    """A catalogue without the moment at which it was written."""
    catalogue = polib.pofile(str(path), wrapwidth=78)
    for name in MOMENTS:
        catalogue.metadata.pop(name, None)
    return catalogue


def merge(path, template):
    """Gives a language the texts of the template; returns how many lack words."""
    known = {entry.msgid: entry for entry in read(path)}
    catalogue = read(path)
    catalogue.clear()
    for entry in template:
        translated = known.get(entry.msgid)
        catalogue.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=translated.msgstr if translated else "",
                comment=entry.comment,
                occurrences=entry.occurrences,
            )
        )
    catalogue.save(str(path))
    return len(catalogue.untranslated_entries())


def main():
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.po"
        export(path)
        template = read(path)
    template.save(str(TEMPLATE))
    missing = 0
    for path in sorted(FOLDER.glob("*.po")):
        lacking = merge(path, template)
        print(f"{path.name}: {lacking} of {len(template)} await translation")
        missing += lacking
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
