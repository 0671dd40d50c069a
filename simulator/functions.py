"""Which function is done by what."""

from __future__ import annotations

from collections.abc import Callable

from . import auth
from .calls import Call, Outcome
from .protocol import text
from .reading import metadata, query, readbyquery, records
from .writing import changes, depositing, generic, invoices, masters, receipts


def get_api_session(call: Call) -> Outcome:
    session = auth.get_api_session(call.context, call.element)
    inner = call.answer.join(
        (
            "<data>",
            "<api>",
            f"<sessionid>{text(session.sessionid)}</sessionid>",
            f"<endpoint>{text(call.endpoint)}</endpoint>",
            f"<locationid>{text(session.entity or '')}</locationid>",
            "</api>",
            "</data>",
        )
    )
    return Outcome(inner)


FUNCTIONS: dict[str, Callable[[Call], Outcome]] = {
    "getAPISession": get_api_session,
    # reads
    "query": query.run_query,
    "readByQuery": readbyquery.read_by_query,
    "readMore": readbyquery.read_more,
    "read": records.read,
    "readByName": records.read_by_name,
    "inspect": metadata.inspect,
    "lookup": metadata.lookup,
    "getUserPermissions": metadata.user_permissions,
    "readUserFormatting": metadata.user_formatting,
    "get_companyprefs": metadata.company_preferences,
    "get_closedbooksdate": metadata.closed_books,
    "readEntityDetails": metadata.entity_details,
    "getAuditTrail": metadata.audit_trail,
    "retrievepdf": metadata.retrieve_pdf,
    # generic writes
    "create": generic.create,
    "update": generic.update,
    "delete": generic.delete,
    # documents
    "create_invoice": invoices.create_document,
    "update_invoice": changes.update_document,
    "reverse_invoice": invoices.reverse_document,
    "delete_invoice": invoices.delete_document,
    "create_invoicebatch": invoices.create_batch,
    "create_aradjustment": invoices.create_document,
    "update_aradjustment": changes.update_document,
    "delete_aradjustment": invoices.delete_document,
    "create_aradjustmentbatch": invoices.create_batch,
    # receipts
    "create_arpayment": receipts.create_legacy,
    "apply_arpayment": receipts.apply_legacy,
    "reverse_arpayment": receipts.reverse_payment,
    "delete_arpayment": receipts.delete_payment,
    "create_arpaymentbatch": receipts.create_batch,
    "record_deposit": depositing.record_deposit,
    # masters
    "create_customer": masters.legacy_customer,
    "update_customer": masters.legacy_customer,
    "delete_customer": masters.delete_customer,
    "create_arterm": masters.term,
    "update_arterm": masters.term,
    "delete_arterm": masters.term,
    "create_araccountlabel": masters.legacy_label,
    "update_araccountlabel": masters.legacy_label,
}
