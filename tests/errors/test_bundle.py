"""The support bundle: all that helps, and no secret."""

import base64
import io
import json
import zipfile

from odoo.exceptions import AccessError

from tests.flows.intacct import SENDER_PASSWORD, USER_PASSWORD

from .common import ErrorCase


class TestBundle(ErrorCase):
    def files(self, record, user=None):
        """The texts of the file that a person downloads."""
        name = (
            "action_intacct_support_bundle"
            if record._name.startswith("account.")
            else "action_support_bundle"
        )
        action = getattr(record.with_user(user or self.clerk), name)()
        model, number, field = action["url"].split("/")[3:6]
        bundle = self.env[model].browse(int(number))
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(bundle[field]))) as archive:
            return {info: archive.read(info).decode() for info in archive.namelist()}

    def failed(self):
        self.refuse(f"Invalid Moon phase {SENDER_PASSWORD}.")
        invoice = self.sold()
        self.sync("errors")
        return invoice

    def test_of_a_document(self):
        invoice = self.failed()
        files = self.files(invoice)
        versions = json.loads(files["versions.json"])
        self.assertEqual(
            set(versions), {"odoo", "intacct_connector", "python", "postgresql"}
        )
        self.assertTrue(all(versions.values()))
        operation = self.operations(invoice)
        self.assertIn(invoice.name, files[f"requests/{operation.control_id}.xml"])
        (told,) = json.loads(files["operations.json"])
        self.assertIn("Invalid Moon phase", told["raw"])
        (run,) = json.loads(files["runs.json"])
        self.assertTrue(run["step_ids"])
        (event,) = json.loads(files["events.json"])
        self.assertEqual(event["document"], invoice.name)

    def test_of_each_kind_of_record(self):
        invoice = self.failed()
        event = self.waiting(invoice)
        for record in (event, event.run_id, self.operations(invoice)):
            with self.subTest(record=record):
                self.assertIn(invoice.name, self.files(record)["events.json"])

    def test_another_document_is_not_in_it(self):
        other = self.sold(77)
        invoice = self.failed()
        self.assertNotIn(other.name, "\n".join(self.files(invoice).values()))

    def test_no_secret_is_in_it(self):
        invoice = self.failed()
        (token,) = self.env["intacct.session"].search([]).mapped("token")
        event = self.waiting(invoice)
        self.assertIn(SENDER_PASSWORD, event.raw, "The test would prove nothing")
        event.payload = {"seen": [USER_PASSWORD, token]}
        for record in (invoice, event, event.run_id):
            text = "\n".join(self.files(record).values())
            for secret in (SENDER_PASSWORD, USER_PASSWORD, token):
                self.assertNotIn(secret, text)

    def test_it_takes_the_right(self):
        with self.assertRaises(AccessError):
            self.files(self.failed(), self.biller)
