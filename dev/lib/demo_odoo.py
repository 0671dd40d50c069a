"""What a person does in Odoo to get going, as calls of its web client."""

from dataclasses import dataclass

from dev.lib.waiting import wait_until

COUNT_FIELDS = [
    "read_count",
    "created_count",
    "updated_count",
    "unchanged_count",
    "skipped_count",
    "failed_count",
]
RUN_FIELDS = [
    "state",
    "message",
    "duration",
    "http_requests",
    "api_transactions",
    "gateway_seconds",
    *COUNT_FIELDS,
]
STEP_FIELDS = ["flow", "state", *COUNT_FIELDS]
FAILURE_FIELDS = ["intacct_object", "document", "message", "advice", "cause"]
ENDED = ("done", "errors", "failed")


@dataclass
class Run:
    """One sync as Odoo tells of it.

    :ivar dict values: RUN_FIELDS of the run
    :ivar list[dict] steps: STEP_FIELDS of its steps; ``flow`` as people read it
    :ivar list[dict] failures: FAILURE_FIELDS of what is open after it
    """

    id: int
    values: dict
    steps: list
    failures: list

    def count(self, name):
        """A counter of the whole run: created, updated, failed …"""
        return self.values[f"{name}_count"]


def use_currencies(call, rates):
    """Activates currencies and gives them their rates.

    :param call: as OdooServer.rpc() returns it
    :param rates: by currency, a list of (date as YYYY-MM-DD, amount of the company's
        currency for one unit)
    """
    for name, days in rates.items():
        domain = [("name", "=", name), ("active", "in", (True, False))]
        (currency,) = call("res.currency", "search", [domain])
        call("res.currency", "write", [[currency], {"active": True}])
        values = [
            {"currency_id": currency, "name": day, "inverse_company_rate": float(rate)}
            for day, rate in days
        ]
        call("res.currency.rate", "create", [values])


class Connection:
    """A connection of the addon.

    :ivar call: calls Odoo as its user
    :ivar int id: of the intacct.backend
    """

    def __init__(self, call, record_id):
        self.call = call
        self.id = record_id

    @classmethod
    def create(cls, call, **values):
        """A new connection; ``values`` are fields of intacct.backend."""
        (record_id,) = call("intacct.backend", "create", [[values]])
        return cls(call, record_id)

    def act(self, method):
        """Presses a button of the form."""
        return self.call("intacct.backend", method, [[self.id]])

    def read(self, *names):
        (values,) = self.call("intacct.backend", "read", [[self.id], list(names)])
        return values

    def choose(self, **choices):
        """Sets fields from Intacct's lists.

        :param choices: by field, the kind of the list and the code of the item
        """
        values = {}
        for field, (kind, code) in choices.items():
            domain = [
                ("backend_id", "=", self.id),
                ("kind", "=", kind),
                ("code", "=", code),
            ]
            (values[field],) = self.call("intacct.reference", "search", [domain])
        self.call("intacct.backend", "write", [[self.id], values])

    def sync(self, seconds=300):
        """Presses Sync Now and waits for the end of the run.

        :raises TooLate: it did not end within ``seconds``
        """
        runs = self.call("intacct.sync.run", "search", [self._runs()], {"limit": 1})
        self.act("action_sync_now")
        domain = [*self._runs(), ("id", ">", max(runs, default=0))]
        (run_id,) = self.call("intacct.sync.run", "search", [domain])
        return self.wait(run_id, seconds)

    def wait(self, run_id, seconds=300):
        """The run, once it has ended."""

        def ended():
            values = self._read_run(run_id)
            return values["state"] in ENDED and values

        # Each look keeps Odoo from working on the sync for a moment.
        values = wait_until(ended, seconds, "the end of the sync", pause=0.5)
        steps = self._search_read(
            "intacct.sync.step", [("run_id", "=", run_id)], STEP_FIELDS, "sequence, id"
        )
        labels = self.call("intacct.sync.step", "fields_get", [["flow"]])
        flows = dict(labels["flow"]["selection"])
        for step in steps:
            step["flow"] = flows[step["flow"]]
        return Run(run_id, values, steps, self.failures())

    def enable_auto_sync(self, reason, seconds=300):
        """Runs the preview, accepts it and enables auto-sync, as the first time needs.

        :param str reason: why a difference of the opening balances is right
        :raises TooLate: the preview did not end within ``seconds``
        """
        self.act("action_preview")
        preview = self.read("preview_id")["preview_id"][0]
        (values,) = self.call("intacct.preview", "read", [[preview], ["run_id"]])
        self.wait(values["run_id"][0], seconds)
        wizard = {"preview_id": preview, "reason": reason}
        (signed,) = self.call("intacct.preview.accept", "create", [[wizard]])
        self.call("intacct.preview.accept", "action_accept", [[signed]])
        self.act("action_enable_auto_sync")

    def failures(self):
        """What waits for somebody to mend it."""
        domain = [
            ("backend_id", "=", self.id),
            ("state", "=", "open"),
            ("level", "=", "error"),
        ]
        return self._search_read("intacct.sync.event", domain, FAILURE_FIELDS, "id")

    def _runs(self):
        return [("backend_id", "=", self.id), ("scope", "=", "sync")]

    def _read_run(self, run_id):
        (values,) = self.call("intacct.sync.run", "read", [[run_id], RUN_FIELDS])
        return values

    def _search_read(self, model, domain, names, order):
        return self.call(model, "search_read", [domain, names], {"order": order})
