"""Fills a database with as many records of the addon as a large company has."""

from dev.lib.databases import run_script

# For each run: what it did.
STEPS = ("customers", "documents", "payments", "changes.out", "documents.out")
EVENTS_PER_RUN = 20
OPERATIONS_PER_RUN = 30
# One customer for so many documents.
DOCUMENTS_PER_CUSTOMER = 15

# What the lists need to be there: a connection that looks connected, and one document
# with its lines as an import makes it, which is copied afterwards.
PREPARE = """
from odoo.fields import Datetime
from odoo.addons.intacct_connector.models.account_move_line import LIFT_GUARD

backend = env["intacct.backend"].create({
    "name": "Bench", "intacct_company": "bench", "api_user": "robot",
    "api_password": "secret", "sender_code": "sender", "sender_password": "secret",
})
backend.write({"state": "connected", "connected_at": Datetime.now()})
backend._set_up_accounts()
journal = env["account.journal"]._create_for_intacct(
    backend, "Invoices from Sage Intacct", "sale", "INI"
)
partner = env["res.partner"].create({"name": "Customer 0"})
move = env["account.move"].with_context(intacct_guard=LIFT_GUARD).create({
    "move_type": "out_invoice",
    "partner_id": partner.id,
    "journal_id": journal.id,
    "invoice_date": "2026-10-05",
    "intacct_imported": True,
    "invoice_line_ids": [(0, 0, {
        "name": "Item", "quantity": 1, "price_unit": 100, "tax_ids": [],
        "account_id": backend.clearing_account_id.id,
    })],
})
move._post(soft=False)
env.cr.commit()
"""


class Filler:
    """Copies by SQL: a hundred thousand records by way of the ORM take an hour.

    :ivar execute: runs one statement
    """

    def __init__(self, execute):
        self.execute = execute

    def one(self, query):
        ((value,),) = self.execute(query)
        return value

    def copy(self, table, count, changed, source):
        """Copies one row ``count`` times; ``n`` counts them from 1.

        :param dict changed: SQL by column, for what differs from the source
        :param str source: SQL condition that finds the row
        """
        columns = [
            row[0]
            for row in self.execute(
                "SELECT column_name FROM information_schema.columns"
                f" WHERE table_name = '{table}' AND column_name <> 'id'"
                " AND is_generated = 'NEVER'"
            )
        ]
        values = ", ".join(changed.get(name, f'source."{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        self.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} source,"
            f" generate_series(1, {count}) n WHERE {source}"
        )

    def insert(self, table, count, values):
        """Makes ``count`` rows; ``n`` counts them from 1.

        :param dict values: SQL by column
        """
        names = ", ".join(values)
        self.execute(
            f"INSERT INTO {table} ({names}, create_uid, create_date, write_uid,"
            f" write_date) SELECT {', '.join(values.values())}, 1, now(), 1, now()"
            f" FROM generate_series(1, {count}) n"
        )


def fill(cluster, database, bindings, runs):
    """Makes the records.

    :param int bindings: links, of customers and of their documents
    :param int runs: syncs, each with steps, events and operations
    """
    run_script(cluster, database, PREPARE)
    filler = Filler(lambda query: cluster.execute(query, database=database))
    customers = max(bindings // (DOCUMENTS_PER_CUSTOMER + 1), 1)
    documents = bindings - customers
    _documents(filler, customers, documents)
    _runs(filler, runs)
    _bindings(filler, customers, documents, runs)
    _sent(filler, documents, runs * OPERATIONS_PER_RUN)
    _events(filler, documents, runs)
    cluster.execute("ANALYZE", database=database)


def _documents(filler, customers, documents):
    first = filler.one("SELECT max(id) FROM res_partner")
    move = filler.one("SELECT max(id) FROM account_move")
    name = "'Customer ' || n"
    filler.copy(
        "res_partner",
        customers,
        {
            "name": name,
            "complete_name": name,
            "commercial_partner_id": f"{first} + n",
        },
        f"source.id = {first}",
    )
    filler.execute(
        f"UPDATE res_partner SET commercial_partner_id = id WHERE id > {first}"
    )
    own = f"(SELECT min(id) FROM res_partner WHERE id > {first}) + n % {customers}"
    filler.copy(
        "account_move",
        documents,
        {
            "name": "'B-' || n",
            "partner_id": own,
            "commercial_partner_id": own,
            "invoice_date": "DATE '2026-01-01' + n % 300",
            "invoice_date_due": "DATE '2026-02-01' + n % 300",
            "date": "DATE '2026-01-01' + n % 300",
            "sequence_number": "n",
            "access_token": "NULL",
        },
        f"source.id = {move}",
    )
    filler.execute(
        f"""
        INSERT INTO account_move_line
               (move_id, journal_id, company_id, company_currency_id, currency_id,
                account_id, partner_id, display_type, parent_state, name, date,
                debit, credit, balance, amount_currency, amount_residual,
                amount_residual_currency, reconciled, move_name, date_maturity)
        SELECT move.id, line.journal_id, line.company_id, line.company_currency_id,
               line.currency_id, line.account_id, move.partner_id, line.display_type,
               'posted', line.name, move.date, line.debit, line.credit, line.balance,
               line.amount_currency, line.amount_residual,
               line.amount_residual_currency, line.reconciled, move.name,
               line.date_maturity
          FROM account_move move, account_move_line line
         WHERE move.id > {move} AND line.move_id = {move}
        """
    )


BACKEND = "(SELECT min(id) FROM intacct_backend)"
COMPANY = "(SELECT min(id) FROM res_company)"
FIRST_RUN = "(SELECT min(id) FROM intacct_sync_run)"
FIRST_MOVE = "(SELECT min(move_id) FROM intacct_binding)"


def _runs(filler, runs):
    filler.insert(
        "intacct_sync_run",
        runs,
        {
            "backend_id": BACKEND,
            "company_id": COMPANY,
            "trigger": "'schedule'",
            "scope": "'sync'",
            "state": "CASE WHEN n % 10 = 0 THEN 'errors' ELSE 'done' END",
            "user_id": "2",
            "started_at": "now() - n * interval '1 hour'",
            "ended_at": "now() - n * interval '1 hour' + interval '20 seconds'",
            "api_transactions": "6",
            "http_requests": "1",
            "read_count": "n % 50",
            "created_count": "n % 7",
            "updated_count": "n % 11",
            "unchanged_count": "n % 50",
            "skipped_count": "0",
            "failed_count": "CASE WHEN n % 10 = 0 THEN 3 ELSE 0 END",
        },
    )
    for sequence, flow in enumerate(STEPS):
        filler.insert(
            "intacct_sync_step",
            runs,
            {
                "run_id": f"{FIRST_RUN} + n - 1",
                "company_id": COMPANY,
                "sequence": str(sequence),
                "flow": f"'{flow}'",
                "state": "'done'",
                "read_count": "n % 50",
            },
        )


def _bindings(filler, customers, documents, runs):
    common = {
        "backend_id": BACKEND,
        "intacct_company": "'bench'",
        "origin": "'intacct'",
        "recordno": "n::text",
        "run_id": f"{FIRST_RUN} + n % {runs}",
        "values_seen": """'{"row": {"RECORDNO": "1"}}'::jsonb""",
    }
    filler.insert(
        "intacct_binding",
        customers,
        {
            **common,
            "intacct_object": "'CUSTOMER'",
            "number": "'C-' || n",
            "remote_state": "'active'",
            "sync_state": "CASE WHEN n % 100 = 0 THEN 'proposed' ELSE 'synced' END",
            "partner_id": "(SELECT max(id) FROM res_partner) - n + 1",
        },
    )
    filler.insert(
        "intacct_binding",
        documents,
        {
            **common,
            "company_id": COMPANY,
            "intacct_object": "'ARINVOICE'",
            "number": "'B-' || n",
            "remote_state": "'Posted'",
            "remote_total": "100",
            "remote_balance": "100",
            "remote_currency": "'USD'",
            "sync_state": "CASE WHEN n % 200 = 0 THEN 'difference' ELSE 'synced' END",
            "move_id": f"(SELECT max(id) FROM account_move) - {documents} + n",
        },
    )
    filler.execute(
        "INSERT INTO intacct_sync_run_binding_rel (record_id, run_id)"
        " SELECT id, run_id FROM intacct_binding"
    )


def _sent(filler, documents, operations):
    filler.insert(
        "intacct_operation",
        operations,
        {
            "backend_id": BACKEND,
            "company_id": COMPANY,
            "action": "'invoice'",
            "state": "CASE WHEN n % 50 = 0 THEN 'failed' WHEN n % 51 = 0 THEN"
            " 'waiting' ELSE 'done' END",
            "document": "'B-' || n",
            "cause": "CASE WHEN n % 50 = 0 THEN 'dimension:4000' END",
            "move_id": f"{FIRST_MOVE} + n % {documents}",
            "partner_id": "(SELECT max(partner_id) FROM intacct_binding)",
            "control_id": "gen_random_uuid()::text",
            "marker": "'odoo:' || md5(n::text)",
            "slot": "'invoice:' || n",
            "function_xml": "repeat('<x/>', 400)",
            "attempts": "1",
        },
    )


def _events(filler, documents, runs):
    rule = "(SELECT id FROM intacct_error_rule ORDER BY id OFFSET n % 40 LIMIT 1)"
    filler.insert(
        "intacct_sync_event",
        runs * EVENTS_PER_RUN,
        {
            "run_id": f"{FIRST_RUN} + n % {runs}",
            "last_run_id": f"{FIRST_RUN} + n % {runs}",
            "backend_id": BACKEND,
            "company_id": COMPANY,
            "level": "CASE n % 4 WHEN 0 THEN 'error' WHEN 1 THEN 'warning'"
            " ELSE 'info' END",
            "state": "CASE WHEN n % 16 = 0 THEN 'open' WHEN n % 4 = 0 THEN 'resolved'"
            " ELSE 'done' END",
            "flow": "'documents'",
            "intacct_object": "'ARINVOICE'",
            "recordno": "n::text",
            "document": "'B-' || n",
            "move_id": f"{FIRST_MOVE} + n % {documents}",
            "cause": "'cause_' || n % 40",
            "rule_id": rule,
            "message": "'B-' || n || ': it has no lines.'",
            "advice": "'Look at it in Intacct.'",
        },
    )
