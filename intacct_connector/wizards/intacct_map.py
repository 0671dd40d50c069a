from odoo import api, fields, models

from ..models.intacct_backend_exports import PAYMENT_METHODS
from ..models.intacct_mapping import DIMENSIONS, KINDS, SOURCES


class IntacctMap(models.TransientModel):
    """What is still unmapped, with suggestions, and an example of the result."""

    _name = "intacct.map"
    _description = "Sage Intacct Mapping Suggestions"

    backend_id = fields.Many2one("intacct.backend", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="backend_id.company_id")
    line_ids = fields.One2many("intacct.map.line", "map_id")
    certain_count = fields.Integer(compute="_compute_certain_count")
    move_id = fields.Many2one(
        "account.move",
        string="Example",
        domain="[('company_id', '=', company_id), ('state', '=', 'posted'), "
        "('move_type', 'in', ('out_invoice', 'out_refund')), "
        "('intacct_imported', '=', False)]",
        help="Any posted invoice of Odoo: below stand the lines that it would have in "
        "Intacct now.",
    )
    example = fields.Html(compute="_compute_example", sanitize=False)

    def _compute_display_name(self):
        for assistant in self:
            assistant.display_name = self.env._("Suggest Mapping")

    @api.depends("line_ids.certainty", "line_ids.done")
    def _compute_certain_count(self):
        for assistant in self:
            assistant.certain_count = len(assistant._certain())

    def _certain(self):
        return self.line_ids.filtered(
            lambda line: line.certainty == "certain" and not line.done
        )

    @api.depends("move_id", "line_ids.done")
    def _compute_example(self):
        for assistant in self:
            lines, problem = [], ""
            if assistant.move_id:
                lines, problem = self.env["intacct.mapping.help"]._example_lines(
                    assistant.backend_id, assistant.move_id._origin
                )
            assistant.example = self.env["ir.qweb"]._render(
                "intacct_connector.mapping_example",
                {
                    "move": assistant.move_id,
                    "problem": problem,
                    "currency": assistant.move_id.currency_id.name,
                    "lines": lines,
                    # Only the dimensions that some line has.
                    "columns": [
                        (key, label)
                        for key, label in self._columns()
                        if any(line.get(key) for line in lines)
                    ],
                },
            )

    def _columns(self):
        kinds = dict(
            self.env["intacct.reference"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        return [(f"{kind}id", kinds[kind]) for kind in DIMENSIONS]

    @api.model
    def _open_for(self, backend):
        """:return: the action that shows the suggestions for a connection"""
        assistant = self.create(
            {
                "backend_id": backend.id,
                "move_id": self._latest_invoice(backend).id,
                "line_ids": [
                    (0, 0, values)
                    for values in self.env["intacct.mapping.help"]._unmapped(backend)
                ],
            }
        )
        return assistant._reopen()

    def _latest_invoice(self, backend):
        return self.env["account.move"].search(
            [
                ("company_id", "=", backend.company_id.id),
                ("state", "=", "posted"),
                ("move_type", "=", "out_invoice"),
                ("intacct_imported", "=", False),
            ],
            order="date desc, id desc",
            limit=1,
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Suggest Mapping"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }

    def action_accept_certain(self):
        """Makes a rule of every suggestion that is certain."""
        self.ensure_one()
        self._certain().action_accept()
        return self._reopen()

    def action_back(self):
        """To the connection."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "intacct.backend",
            "res_id": self.backend_id.id,
            "view_mode": "form",
        }


class IntacctMapLine(models.TransientModel):
    """One Odoo record without a rule."""

    _name = "intacct.map.line"
    _description = "Sage Intacct Mapping Suggestion"
    _order = "done, source, document_count desc, id"

    map_id = fields.Many2one("intacct.map", required=True, ondelete="cascade")
    backend_id = fields.Many2one(related="map_id.backend_id")
    source = fields.Selection(
        selection=lambda self: self.env["intacct.mapping"]
        ._fields["source"]
        ._description_selection(self.env),
        string="What",
        required=True,
        readonly=True,
    )
    res_id = fields.Integer(required=True, readonly=True)
    name = fields.Char(string="In Odoo", readonly=True)
    document_count = fields.Integer(string="Documents", readonly=True)
    consequence = fields.Char(string="Without a Rule", readonly=True)
    reference_kinds = fields.Json(compute="_compute_reference_kinds")
    reference_id = fields.Many2one(
        "intacct.reference",
        string="In Intacct",
        domain="[('backend_id', '=', backend_id), ('kind', 'in', reference_kinds)]",
    )
    payment_method = fields.Selection(PAYMENT_METHODS, string="Method in Intacct")
    certainty = fields.Selection(
        [("certain", "Certain"), ("likely", "Likely")], readonly=True
    )
    reason = fields.Char(string="Why", readonly=True)
    done = fields.Boolean(readonly=True)

    @api.depends("source")
    def _compute_reference_kinds(self):
        for line in self:
            line.reference_kinds = KINDS.get(line.source, [])

    def action_accept(self):
        """Makes a rule of what is chosen on the line."""
        self.env["intacct.mapping"].create(
            [
                {
                    "backend_id": line.backend_id.id,
                    "source": line.source,
                    SOURCES[line.source]: line.res_id,
                    "reference_id": line.reference_id.id,
                    "payment_method": line.payment_method,
                }
                for line in self.filtered(lambda line: not line.done)
            ]
        )
        self.done = True
        return self.map_id[:1]._reopen()
