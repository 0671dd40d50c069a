"""The addon goes without a trace, and comes back."""

from dev.lib.stack import ADDON, install, run_script, temporary_database

CONNECT = """
backend = env["intacct.backend"].create(
    {"name": "Intacct", "intacct_company": "ACME", "api_user": "robot"}
)
archived = backend.copy({"intacct_company": "OTHER", "active": False})
backend._set_up_accounts()
backend._needs_attention("The password was refused.")
backend._queue_run("manual")
env["account.journal"]._create_for_intacct(backend, "Invoices", "sale", "INI")
env.cr.commit()
"""
UNINSTALL = f"""
env["ir.module.module"].search([("name", "=", "{ADDON}")]).button_immediate_uninstall()
"""
# What an addon could leave in a database, by what it would be.
TRACES = {
    "jobs": "SELECT cron_name FROM ir_cron",
    "server actions": "SELECT code FROM ir_act_server WHERE code IS NOT NULL",
    "tables": """
        SELECT table_name FROM information_schema.tables
         WHERE table_schema = 'public'
    """,
    "columns": """
        SELECT table_name, column_name FROM information_schema.columns
         WHERE table_schema = 'public'
    """,
    "models": "SELECT model FROM ir_model",
    "menus": "SELECT id FROM ir_ui_menu",
    "views": "SELECT id FROM ir_ui_view",
    "groups": "SELECT id FROM res_groups",
    "rules": "SELECT id FROM ir_rule",
    "activities": "SELECT id FROM mail_activity",
    "activity types": "SELECT id FROM mail_activity_type",
    "names": "SELECT name FROM ir_model_data WHERE module = 'intacct_connector'",
}


def traces(cluster, database):
    return {
        kind: set(cluster.execute(query, database=database))
        for kind, query in TRACES.items()
    }


def test_uninstalling_leaves_nothing_behind_and_it_can_come_back(cluster):
    with temporary_database(cluster, addon=False) as database:
        before = traces(cluster, database)
        install(cluster, database, [ADDON])
        run_script(cluster, database, CONNECT)
        with_addon = traces(cluster, database)
        assert len(with_addon["jobs"] - before["jobs"]) == 2
        assert all(with_addon[kind] - before[kind] for kind in TRACES)

        run_script(cluster, database, UNINSTALL)
        after = traces(cluster, database)
        left = {kind: after[kind] - before[kind] for kind in TRACES}
        assert {kind: found for kind, found in left.items() if found} == {}

        install(cluster, database, [ADDON])
        run_script(cluster, database, CONNECT)
        again = traces(cluster, database)
        assert len(again["jobs"] - before["jobs"]) == 2
