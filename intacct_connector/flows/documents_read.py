from odoo import api, models

from ..gateway import errors, where
from .document_fields import IN_LIMIT, LINE_OBJECTS, LINES_QUERY
from .settlement_rows import SOURCE_OBJECTS, SOURCES, TARGETS, source_key


class IntacctFlowDocuments(models.AbstractModel):
    """What has to be read beside the headers of documents."""

    _inherit = "intacct.flow.documents"

    @api.model
    def _fetch(self, ctx, documents):
        """Lines, application rows and customers of the documents of one page."""
        if not documents:
            return
        intacct_object = documents[0].object
        line_object = LINE_OBJECTS[intacct_object]
        keys = [document.recordno for document in documents]
        applied = [
            document.recordno
            for document in documents
            if document.total != document.due
        ]
        queries = [
            self._query(ctx.backend, line_object, where.in_("RECORDKEY", part))
            for part in self._parts(keys, LINES_QUERY)
        ]
        line_queries = len(queries)
        queries += [
            self._query(
                ctx.backend,
                "ARPYMTDETAIL",
                self._touching(ctx.backend, intacct_object, part),
            )
            for part in self._parts(applied, IN_LIMIT)
        ]
        try:
            answers = self._query_rows(ctx, queries)
        except errors.AuthorizationError:
            # Payments that may not be read are told by their own step; what they
            # settled is provisional until then.
            answers = self._query_rows(ctx, queries[:line_queries])
        by_key = {document.recordno: document for document in documents}
        for rows in answers[:line_queries]:
            for row in rows:
                by_key[row["RECORDKEY"]].lines.append(row)
        details = [row for rows in answers[line_queries:] for row in rows]
        self._add_details(ctx, intacct_object, by_key, details)
        self.env["intacct.flow.customers"]._ensure(
            ctx,
            {
                document.row["CUSTOMERID"]
                for document in documents
                if document.row.get("CUSTOMERID")
            },
        )

    @api.model
    def _add_details(self, ctx, intacct_object, documents, details):
        """Hands application rows to the documents that they touch.

        :param dict documents: by RECORDNO
        :param list[dict] details: rows of ARPYMTDETAIL
        """
        self._add_payment_states(ctx, details)
        for row in details:
            for name in self._key_fields(ctx.backend, intacct_object):
                key = source_key(row, name) if name in SOURCES else row.get(name)
                document = documents.get(key)
                if document and row not in document.details:
                    document.details.append(row)

    @api.model
    def _parts(self, keys, size):
        return [keys[start : start + size] for start in range(0, len(keys), size)]

    @api.model
    def _key_fields(self, backend, intacct_object):
        """Columns of ARPYMTDETAIL that may name a document of this object."""
        known = self._fields_of(backend, "ARPYMTDETAIL")
        return [
            name
            for name, target in (TARGETS | SOURCE_OBJECTS).items()
            if target == intacct_object and name in known
        ]

    @api.model
    def _touching(self, backend, intacct_object, keys):
        return where.or_(
            *(
                where.in_(name, keys)
                for name in self._key_fields(backend, intacct_object)
            )
        )

    @api.model
    def _add_payment_states(self, ctx, details):
        """Whether the payment behind a row counts stands on the payment, and which
        payment an over-payment came with, on the over-payment."""
        known = {
            row["RECORDNO"]: row for row in ctx.caches.get("payment_rows", {}).values()
        }
        keys = sorted(
            {row["PAYMENTKEY"] for row in details if row.get("PAYMENTKEY")}
            - known.keys()
        )
        queries = [
            self._query(ctx.backend, "ARPYMT", where.in_("RECORDNO", part))
            for part in self._parts(keys, IN_LIMIT)
        ]
        for rows in ctx.query_rows(queries):
            known.update({row["RECORDNO"]: row for row in rows})
        for row in details:
            payment = known.get(row.get("PAYMENTKEY"), {})
            row["PAYMENTSTATE"] = payment.get("DISPLAYSTATE")
            row["REVERSALDATE"] = payment.get("REVERSALDATE")
        names = [name for name in SOURCES if SOURCE_OBJECTS[name] == "ARPYMT"]
        keys = {row[name] for row in details for name in names if row.get(name)}
        receipts = self._over_payments(ctx, "RECORDNO", sorted(keys))
        for row in details:
            for name in names:
                if row.get(name) in receipts:
                    row["OVERPAIDBY"] = receipts[row[name]]

    @api.model
    def _over_payments(self, ctx, field, keys):
        """The over-payments behind receipts, or the receipts behind over-payments.

        :param str field: RECORDNO or PARENTPAYMENTKEY, what the keys are of
        :return: RECORDNO of the receipt by that of the over-payment
        :rtype: dict[str, str]
        """
        queries = [
            self._query(ctx.backend, "ARPOSTEDOVERPAYMENT", where.in_(field, part))
            for part in self._parts(keys, IN_LIMIT)
        ]
        try:
            answers = ctx.query_rows(queries)
        except (errors.AuthorizationError, errors.RecordError):
            # Not every company has the object; rows then name the receipt itself.
            return {}
        return {
            row["RECORDNO"]: row["PARENTPAYMENTKEY"]
            for rows in answers
            for row in rows
            if row.get("PARENTPAYMENTKEY")
        }
