from . import flows, models, report, wizards


def uninstall_hook(env):
    """The jobs of the connections go before their model does."""
    env["intacct.backend"].with_context(active_test=False).search([]).cron_id.unlink()
