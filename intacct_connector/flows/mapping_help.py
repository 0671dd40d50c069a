import re
from collections import defaultdict
from datetime import timedelta
from difflib import SequenceMatcher
from types import SimpleNamespace

from odoo import api, fields, models
from odoo.fields import Domain

from .document_lines_out import LineBuilder
from .problems import RecordProblem

# Without a start date the documents of the last year say what is used.
DAYS = 365
# How much alike two names are (difflib): with the same code, and without.
ALIKE_WITH_CODE = 0.6
ALIKE = 0.75
METHOD_WORDS = {
    "Printed Check": ("check", "cheque"),
    "Cash": ("cash",),
    "Credit Card": ("card",),
    "EFT": ("eft", "transfer", "ach", "sepa", "wire"),
}
SALES = ("out_invoice", "out_refund")


def plain(text):
    """Letters and digits alone, to compare what each side writes as it likes."""
    return re.sub(r"[^\w]+", " ", text or "").casefold().strip()


class IntacctMappingHelp(models.AbstractModel):
    """What posted documents use without a rule, what may stand for it in Intacct, and
    the lines that a document would have there."""

    _name = "intacct.mapping.help"
    _description = "Sage Intacct Mapping Suggestions"

    # ------------------------------------------------------------------
    # What is still unmapped
    # ------------------------------------------------------------------
    @api.model
    def _unmapped(self, backend):
        """What documents in scope use and no rule names.

        :return: values of intacct.map.line: source, res_id, name, document_count and
            consequence, with a suggestion where there is one
        :rtype: list[dict]
        """
        self = self.with_company(backend.company_id)
        rules = {rule._source_key() for rule in backend.mapping_ids}
        found = []
        for source, used in self._used(backend).items():
            records = [record for record in used if (source, record.id) not in rules]
            suggestions = self._suggest(backend, source, records)
            for record in records:
                found.append(
                    {
                        "source": source,
                        "res_id": record.id,
                        "name": self._shown(record),
                        "document_count": used[record],
                        "consequence": self._consequence(backend, source),
                        **suggestions.get(record, {}),
                    }
                )
        return found

    @api.model
    def _shown(self, record):
        code = record.code if record._name == "account.account" else False
        return f"{code} {record.name}" if code else record.display_name

    @api.model
    def _used(self, backend):
        """How many documents use each record.

        :return: by source, counts by record
        :rtype: dict[str, dict]
        """
        start, scope = self._start(backend), self._scope(backend)
        lines = self.env["account.move.line"]
        charged = scope & Domain("display_type", "=", "product")
        used = {
            "account": self._counts(lines, charged, "account_id"),
            "category": defaultdict(int),
            "tax": self._counts(
                lines, scope & Domain("tax_line_id", "!=", False), "tax_line_id"
            ),
        }
        for product, count in self._counts(lines, charged, "product_id").items():
            if product.categ_id:
                used["category"][product.categ_id] += count
        used["term"] = self._counts(
            self.env["account.move"],
            Domain("company_id", "=", backend.company_id.id)
            & Domain("date", ">=", start)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", SALES)
            & Domain("intacct_imported", "=", False),
            "invoice_payment_term_id",
        )
        payments = (
            Domain("company_id", "=", backend.company_id.id)
            & Domain("date", ">=", start)
            & Domain("partner_type", "=", "customer")
            & Domain("state", "in", ("in_process", "paid"))
        )
        payment = self.env["account.payment"]
        used["journal"] = self._counts(payment, payments, "journal_id")
        used["method"] = self._counts(payment, payments, "payment_method_line_id")
        return used

    @api.model
    def _start(self, backend):
        return backend.export_start_date or fields.Date.today() - timedelta(days=DAYS)

    @api.model
    def _scope(self, backend):
        """Journal items of the documents that leave, or would."""
        return (
            Domain("company_id", "=", backend.company_id.id)
            & Domain("date", ">=", self._start(backend))
            & Domain("parent_state", "=", "posted")
            & Domain("move_id.move_type", "in", SALES)
            & Domain("move_id.intacct_imported", "=", False)
            & Domain("move_id.intacct_ignored", "=", False)
        )

    @api.model
    def _refused_taxes(self, backend):
        """Taxes of documents in scope that neither a rule of their own nor one of
        their account covers: no default does.

        :rtype: account.tax
        """
        rules = {rule._source_key() for rule in backend.mapping_ids}
        pairs = self.env["account.move.line"]._read_group(
            self._scope(backend) & Domain("tax_line_id", "!=", False),
            ["tax_line_id", "account_id"],
        )
        return self.env["account.tax"].union(
            *(
                tax
                for tax, account in pairs
                if ("tax", tax.id) not in rules and ("account", account.id) not in rules
            )
        )

    @api.model
    def _counts(self, model, domain, field):
        aggregate = (
            "move_id:count_distinct" if model._name.endswith(".line") else "__count"
        )
        groups = model._read_group(domain, [field], [aggregate])
        return {record: count for record, count in groups if record}

    @api.model
    def _consequence(self, backend, source):
        """What happens to it without a rule."""
        default = backend.item_reference_id.display_name
        return {
            "account": self.env._("Goes to %s.", default),
            "category": self.env._("By its account, else to %s.", default),
            "tax": self.env._("Its documents are refused, unless its account has one."),
            "term": self.env._("The due date is sent without a term."),
            "journal": self.env._(
                "Goes to %s.", backend.undeposited_reference_id.display_name
            ),
            "method": self.env._("Is sent as %s.", backend.payment_method),
        }[source]

    # ------------------------------------------------------------------
    # Suggestions
    # ------------------------------------------------------------------
    @api.model
    def _suggest(self, backend, source, records):
        """What each record may be in Intacct. An item is suggested once.

        :return: by record: reference_id or payment_method, certainty and reason
        :rtype: dict
        """
        if source == "method":
            return self._suggest_methods(records)
        candidates = self._candidates(backend, source)
        taken = set(
            backend.mapping_ids.filtered(
                lambda rule: rule.source == source
            ).reference_id
        )
        suggestions = {}
        for judge in (self._certain, self._likely):
            for record in records:
                if record in suggestions:
                    continue
                free = [item for item in candidates if item not in taken]
                if match := judge(record, free):
                    reference, certainty, reason = match
                    suggestions[record] = {
                        "reference_id": reference.id,
                        "certainty": certainty,
                        "reason": reason,
                    }
                    if source in ("account", "term"):
                        taken.add(reference)
        return suggestions

    @api.model
    def _candidates(self, backend, source):
        kinds = {"term": ["term"], "journal": ["bank"]}.get(
            source, [backend.line_target]
        )
        return self.env["intacct.reference"].search(
            [("backend_id", "=", backend.id), ("kind", "in", kinds)]
        )

    @api.model
    def _code(self, record):
        return plain(record.code) if "code" in record._fields else ""

    @api.model
    def _alike(self, record, reference):
        return SequenceMatcher(
            None, plain(record.name), plain(reference.name or reference.code)
        ).ratio()

    @api.model
    def _certain(self, record, references):
        """The same code with a name that agrees, or a name that is the same and
        stands for one item only."""
        for reference in references:
            same_code = self._code(record) and self._code(record) == plain(
                reference.code
            )
            if same_code and self._alike(record, reference) >= ALIKE_WITH_CODE:
                return reference, "certain", self.env._("Code and name agree.")
        named = [
            reference
            for reference in references
            if plain(record.name) in (plain(reference.name), plain(reference.code))
        ]
        if len(named) == 1:
            return named[0], "certain", self.env._("The name is the same.")
        return None

    @api.model
    def _likely(self, record, references):
        for reference in references:
            if self._code(record) and self._code(record) == plain(reference.code):
                return (
                    reference,
                    "likely",
                    self.env._("The code is the same, the name is another one."),
                )
        best = max(
            references,
            key=lambda reference: self._alike(record, reference),
            default=None,
        )
        if best and self._alike(record, best) >= ALIKE:
            return best, "likely", self.env._("The names are alike.")
        return None

    @api.model
    def _suggest_methods(self, records):
        suggestions = {}
        for record in records:
            words = plain(record.name).split()
            for method, keys in METHOD_WORDS.items():
                if any(word.startswith(keys) for word in words):
                    suggestions[record] = {
                        "payment_method": method,
                        "certainty": "likely",
                        "reason": self.env._("Its name says so."),
                    }
                    break
        return suggestions

    # ------------------------------------------------------------------
    # Example
    # ------------------------------------------------------------------
    @api.model
    def _example_lines(self, backend, move):
        """The lines that a document would have in Intacct, by the code that sends it.

        :return: arguments of ``lineitem`` elements, and what stands in the way
        :rtype: tuple[list[dict], str]
        """
        customers = self.env["intacct.binding"].search(
            [
                ("partner_id", "=", move.commercial_partner_id.id),
                ("intacct_object", "=", "CUSTOMER"),
                ("intacct_company", "=", self.env["intacct.binding"]._key(backend)),
            ],
            limit=1,
        )
        builder = LineBuilder(SimpleNamespace(env=self.env, backend=backend))
        try:
            return builder.lines(move, customers.number or "?"), ""
        except RecordProblem as problem:
            return [], f"{problem.message} {problem.advice}"
