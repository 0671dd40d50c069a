import base64
import io
import json
import platform
import zipfile

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.release import version

from ..gateway.redact import redact
from ..models.intacct_fixable import USER

# What is told of each kind of record; values that only the database needs are not.
TOLD = {
    "intacct.sync.run": (
        "trigger scope state started_at ended_at message attempts http_requests "
        "api_transactions gateway_seconds"
    ),
    "intacct.sync.step": (
        "flow state cursor total done read_count created_count updated_count "
        "unchanged_count skipped_count failed_count"
    ),
    "intacct.sync.event": (
        "create_date level state flow intacct_object recordno document cause message "
        "advice raw support_id payload"
    ),
    "intacct.operation": (
        "create_date action state document control_id marker recordno attempts "
        "sent_at first_sent_at answered_at verified_at next_attempt cause message raw "
        "support_id expected"
    ),
    "intacct.binding": (
        "intacct_object recordno number origin sync_state remote_state reason"
    ),
}
README = """\
Support bundle of the Sage Intacct connector.

versions.json      Odoo, addon, Python, PostgreSQL
runs.json          the syncs, with their steps
events.json        what happened to the records
operations.json    what was to be written, and what Intacct answered
requests/          each request exactly as it is sent, without sign-in
links.json         which records of Intacct they are

Passwords and session IDs are not in it. Names and amounts of the documents are.
"""


class IntacctSupportBundle(models.TransientModel):
    """What somebody needs who is asked for help: a file to download."""

    _name = "intacct.support.bundle"
    _description = "Sage Intacct Support Bundle"

    name = fields.Char(required=True)
    data = fields.Binary(attachment=False, required=True)

    @api.model
    def _download(self, records):
        """:param records: events, runs, operations, documents or payments
        :return: the action that downloads the file for them"""
        if not self.env.user.has_group(USER):
            raise AccessError(self.env._("Only Sage Intacct users get this file."))
        records.check_access("read")
        bundle = self.create(
            {
                "name": f"intacct-support-{fields.Date.today()}.zip",
                "data": base64.b64encode(self._zip(records)),
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{bundle.id}/data/{bundle.name}"
            "?download=true",
            "target": "self",
        }

    @api.model
    def _collect(self, records):
        """The runs, events, operations and links that belong to some records.

        :rtype: dict[str, recordset]
        """
        env = self.sudo().env
        found = {model: env[model] for model in TOLD}
        for record in records.sudo():
            if record._name == "intacct.sync.run":
                found["intacct.sync.run"] |= record
                found["intacct.sync.event"] |= env["intacct.sync.event"].search(
                    [("run_id", "=", record.id)]
                )
                continue
            if record._name in ("intacct.sync.event", "intacct.operation"):
                found[record._name] |= record
                record = record._fix_record()
            if record and "intacct_operation_ids" in record:
                found["intacct.operation"] |= record.intacct_operation_ids
            if record:
                found["intacct.binding"] |= record.intacct_binding_ids
                found["intacct.sync.event"] |= self._events_of(record)
        events = found["intacct.sync.event"]
        found["intacct.sync.run"] |= events.run_id | events.last_run_id
        found["intacct.sync.step"] = found["intacct.sync.run"].step_ids
        return found

    @api.model
    def _events_of(self, record):
        events = self.sudo().env["intacct.sync.event"]
        found = events.search(
            [("intacct_object", "=", record._name), ("recordno", "=", str(record.id))]
        )
        if record._name == "account.move":
            found |= events.search([("move_id", "=", record.id)])
        return found

    @api.model
    def _zip(self, records):
        """:rtype: bytes"""
        found = self._collect(records)
        secrets = self._secrets(found)
        operations = found["intacct.operation"]
        files = {
            "README.txt": README,
            "versions.json": self._versions(),
            "runs.json": self._told(found["intacct.sync.run"], "step_ids"),
            "events.json": self._told(found["intacct.sync.event"]),
            "operations.json": self._told(operations),
            "links.json": self._told(found["intacct.binding"]),
        }
        for operation in operations:
            files[f"requests/{operation.control_id}.xml"] = (
                operation.function_xml or "<!-- not made yet -->"
            )
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                text = content if isinstance(content, str) else self._json(content)
                archive.writestr(name, redact(text, secrets))
        return output.getvalue()

    @api.model
    def _json(self, content):
        return json.dumps(content, indent=2, default=str, ensure_ascii=False)

    @api.model
    def _told(self, records, lines=None):
        rows = []
        for record in records:
            row = {name: record[name] for name in TOLD[record._name].split()}
            if lines:
                row[lines] = self._told(record[lines])
            rows.append({"id": record.id, **row})
        return rows

    @api.model
    def _secrets(self, found):
        """Whatever must not leave, of the connections that the file is about."""
        backends = self.env["intacct.backend"].sudo()
        for records in found.values():
            if "backend_id" in records:
                backends |= records.backend_id
        sessions = self.env["intacct.session"].sudo()
        tokens = sessions.search([("backend_id", "in", backends.ids)]).mapped("token")
        return [
            *backends.mapped("api_password_secret"),
            *backends.mapped("sender_password_secret"),
            *tokens,
        ]

    @api.model
    def _versions(self):
        self.env.cr.execute("SHOW server_version")
        (postgresql,) = self.env.cr.fetchone()
        addon = (
            self.env["ir.module.module"]
            .sudo()
            .search([("name", "=", "intacct_connector")])
        )
        return {
            "odoo": version,
            "intacct_connector": addon.installed_version,
            "python": platform.python_version(),
            "postgresql": postgresql,
        }
