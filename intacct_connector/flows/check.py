from odoo import api, models

from ..gateway import errors, functions
from .rights import EXPORT, EXTRA, IMPORT, LISTS, READS, UNDO, WRITES, Permissions
from .settings_check import SettingsCheck


class IntacctFlowCheck(models.AbstractModel):
    """Checks what the web services user may do and how the company is set up.

    Reads are probed by queries of one row, writes by asking for the user's
    permissions: nothing is ever written to find out. What nobody outside can know
    is said to be unknown.
    """

    _name = "intacct.flow.check"
    _inherit = "intacct.flow"
    _description = "Sage Intacct Permissions and Configuration"

    @api.model
    def _run(self, ctx, step):
        # What is kept is read by people: in the language of who asked.
        flow = self.with_context(lang=ctx.run.user_id.lang or self.env.lang)
        found = flow._reads(ctx) + flow._writes(ctx)
        found += SettingsCheck(ctx, flow.env).all()
        flow.env["intacct.check"]._replace(ctx.backend, found)
        unknown = sum(values["result"] == "unknown" for values in found)
        step._count(read=len(found), skipped=unknown)
        ctx.commit()

    @api.model
    def _purposes(self):
        return {
            IMPORT: self.env._("Bringing customers, invoices and payments"),
            LISTS: self.env._("Lists to choose from"),
            EXPORT: self.env._("Sending invoices and payments"),
            UNDO: self.env._("Taking back what was sent"),
            EXTRA: self.env._("Deposits and deletions"),
        }

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------
    @api.model
    def _reads(self, ctx):
        pages = ctx.gateway.query_many(
            [right.query for right in READS], deadline=ctx.deadline, return_errors=True
        )
        return [
            self._read_right(ctx, right, page.error)
            for right, page in zip(READS, pages, strict=True)
        ]

    @api.model
    def _read_right(self, ctx, right, error):
        """:raises IntacctError: the gateway cannot be used at all"""
        values = self._right(
            ctx, right.module, right.object, "read", right.purpose, right.required
        )
        if error is None:
            return {**values, "result": "ok", "advice": False}
        if isinstance(error, errors.AuthorizationError):
            return {**values, "result": "missing", "detail": str(error)}
        if isinstance(error, errors.TransientError | errors.CredentialsError):
            raise error
        # Another refusal: a module that the company does not have, for instance.
        return {
            **values,
            "result": "unknown",
            "detail": self.env._("Intacct says: %s", error),
        }

    @api.model
    def _writes(self, ctx):
        (answer,) = ctx.gateway.execute(
            [functions.render("getUserPermissions", userId=ctx.backend.api_user)],
            deadline=ctx.deadline,
        )
        permissions = Permissions(answer.rows if answer.ok else None)
        return [
            self._write_right(ctx, permissions, answer.error, *right)
            for right in WRITES
        ]

    @api.model
    def _write_right(self, ctx, permissions, error, module, name, operation, purpose):
        needed = ctx.backend._exports() and not (
            purpose == UNDO and ctx.backend.forbid_reversals
        )
        values = self._right(ctx, module, name, operation, purpose, needed)
        allowed = permissions.allows(name, operation)
        if allowed:
            return {**values, "result": "ok", "advice": False}
        if allowed is False:
            return {**values, "result": "missing"}
        if error is not None:
            detail = self.env._("Intacct did not tell this user's rights: %s", error)
        else:
            detail = self.env._(
                "Intacct's list of this user's rights does not name it. It shows with "
                "the first document that is sent."
            )
        return {**values, "result": "unknown", "detail": detail}

    @api.model
    def _right(self, ctx, module, intacct_object, operation, purpose, required):
        guide = self.env["intacct.setup.guide"]
        policy = guide._policies()[intacct_object]
        name = self.env._(
            "%(policy)s: %(right)s",
            policy=policy,
            right=guide._operations()[operation],
        )
        return {
            "code": f"{operation}:{intacct_object}",
            "area": "right",
            "module": guide._modules()[module],
            "name": name,
            "purpose": self._purposes()[purpose],
            "required": required,
            "advice": guide._right_path(
                ctx.backend.api_user, module, policy, operation
            ),
        }
