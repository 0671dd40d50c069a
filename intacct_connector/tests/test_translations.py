"""Every text can be translated, and is, into the languages that come along."""

import io
import re

import polib
from odoo.modules.module import get_module_path
from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

ADDON = "intacct_connector"
LANGUAGES = ("de", "es", "fr")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\{.*?\}\}|</?\w+")


def catalogue(name):
    return polib.pofile(f"{get_module_path(ADDON)}/i18n/{name}")


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_the_template_has_every_text_and_no_other(self):
        buffer = io.BytesIO()
        trans_export(False, [ADDON], buffer, "po", self.env)
        texts = {entry.msgid for entry in polib.pofile(buffer.getvalue().decode())}

        written = {entry.msgid for entry in catalogue(f"{ADDON}.pot")}

        self.assertGreater(len(texts), 1000)
        self.assertEqual(texts - written, set(), "run dev/i18n")
        self.assertEqual(written - texts, set(), "run dev/i18n")

    def test_each_language_has_words_for_every_text(self):
        texts = {entry.msgid for entry in catalogue(f"{ADDON}.pot")}
        for language in LANGUAGES:
            with self.subTest(language=language):
                entries = catalogue(f"{language}.po")
                done = {entry.msgid for entry in entries.translated_entries()}
                self.assertEqual(texts - done, set())

    def test_a_translation_keeps_what_is_filled_in(self):
        for language in LANGUAGES:
            for entry in catalogue(f"{language}.po").translated_entries():
                with self.subTest(language=language, text=entry.msgid):
                    self.assertEqual(
                        sorted(PLACEHOLDER.findall(entry.msgstr)),
                        sorted(PLACEHOLDER.findall(entry.msgid)),
                    )

    def test_people_read_their_language(self):
        german = self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"]._load_module_terms([ADDON], [german.code])
        menu = self.env.ref(f"{ADDON}.intacct_sync_event_menu_failures")
        english = menu.with_context(lang="en_US").name

        self.assertNotEqual(menu.with_context(lang=german.code).name, english)
