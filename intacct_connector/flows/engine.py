import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import config
from psycopg2 import OperationalError
from psycopg2.errors import DeadlockDetected, SerializationFailure

from ..gateway import errors
from ..models.intacct_sync_run_records import RUN_CONTEXT
from .context import SyncContext
from .outbox_chosen import CHOSEN_ONLY
from .problems import OutOfTime

_logger = logging.getLogger(__name__)

# Minutes to wait after the n-th network fault in a row; then the run has failed.
BACKOFF_MINUTES = (1, 2, 4, 8, 15, 15, 30, 30)
# A chunk that lost against a concurrent change is tried again with fresh eyes.
SERIALIZATION_ATTEMPTS = 5
DEFAULT_SECONDS = 120
# Between the chunks of these single documents are sent: none of them compares what
# one query has shown with what is linked by then.
IMPORT_STEPS = ("customers", "documents", "payments")
# A shorter sync comes to the documents by itself.
PATIENCE_SECONDS = 15
# For how long an idle scheduler of a prefork server sleeps at most, and other jobs
# take that come before ours; Odoo's watchdog counts both.
IDLE_SECONDS = 69 + 6
LEAST_SECONDS = 10
SENDING_STEPS = ("changes.out", "documents.out", "payments.out")
# A run that is killed so often without getting on is given up: whoever started it must
# hear of it.
MOST_STALLS = 5
# A run waits so often for documents that Intacct is busy with; the next one goes on.
BUSY_WAITS = 4


class IntacctEngine(models.AbstractModel):
    """Works off the queued runs of a connection, in its job and nowhere else."""

    _name = "intacct.engine"
    _description = "Sage Intacct Run Engine"

    @api.model
    def _flow(self, name):
        return self.env[f"intacct.flow.{name}"]

    @api.model
    def _seconds(self):
        """Half of what the server allows a job, since it is killed without warning
        when that is over.

        A prefork server counts from when its scheduler went to sleep, so that the
        sleep is taken off.

        :rtype: float
        """
        limit = config["limit_time_real_cron"]
        if limit is None or limit < 0:
            limit = config["limit_time_real"]
        limit = limit or DEFAULT_SECONDS
        if not config["workers"]:
            return limit / 2
        return min(limit / 2, max(limit - IDLE_SECONDS, LEAST_SECONDS))

    @api.model
    def _work(self, backend):
        """One call of a connection's job.

        :raises Exception: a programming error, after everything else was done and
            committed; refusals and network faults never get out
        """
        deadline = time.monotonic() + self._seconds()
        backend = backend.with_context(tracking_disable=True, mail_notrack=True)
        backend._queue_if_due()
        self.env["ir.cron"]._commit_progress(remaining=0)
        bugs = []
        while run := self._next_run(backend) or self._next_send(backend):
            try:
                bugs += self._work_in_its_name(run, deadline)
            except OutOfTime:
                backend.cron_id._trigger()
                break
        # Whatever the runs announced as remaining is done or triggered by now.
        self.env["ir.cron"]._commit_progress(remaining=0)
        if bugs:
            raise bugs[0]

    @api.model
    def _work_in_its_name(self, run, deadline):
        """Works on a run; what is written meanwhile is known as its work.

        :return: as ``_work_on``
        :raises OutOfTime: time is up, which is no stall
        """
        told = {RUN_CONTEXT: run.id}
        try:
            return self.with_context(**told)._work_on(
                run.with_context(**told), deadline
            )
        except OutOfTime:
            run.stalls = 0
            raise

    @api.model
    def _next_run(self, backend, domain=()):
        """The run to work on now: an interrupted one first.

        :param domain: further conditions
        """
        now = fields.Datetime.now()
        runs = self.env["intacct.sync.run"].search(
            [
                ("backend_id", "=", backend.id),
                ("state", "in", ("running", "queued")),
                *domain,
                "|",
                ("next_attempt", "=", False),
                ("next_attempt", "<=", now),
            ],
            order="id",
        )
        return runs.sorted(lambda run: run.state != "running")[:1].with_env(backend.env)

    @api.model
    def _work_on(self, run, deadline):
        """Works on one run until it is done, fails, must wait or time is up.

        :return: programming errors that single records ran into
        :rtype: list[Exception]
        :raises OutOfTime: time is up; the run goes on with the next job
        """
        if run.state == "queued":
            run.write({"state": "running", "started_at": fields.Datetime.now()})
        if run.stalls >= MOST_STALLS:
            self._give_up(run)
            return []
        run.write({"next_attempt": False, "stalls": run.stalls + 1})
        if run.scope == "send":
            run._take_requests()
        self.env["ir.cron"]._commit_progress()
        try:
            ctx = SyncContext(run, run.backend_id._gateway(), deadline)
        except errors.IntacctError as error:
            self._stop(run, error)
            return []
        try:
            self._resolve_doubts(ctx)
            self._poll_all(ctx)
            for step in run.step_ids:
                if step.state not in ("done", "failed"):
                    self._work_on_step(ctx, step)
        except (errors.TransientError, errors.InDoubtError) as error:
            self.env.cr.rollback()
            if ctx.processed and time.monotonic() >= deadline:
                # No fault of the network: the job had no time left for an answer.
                ctx.save()
                raise OutOfTime from error
            self._wait(run, error)
        except errors.ConcurrentRequestError as error:
            # What it refused to read now it can read later.
            self.env.cr.rollback()
            self._wait(run, errors.TransientError(str(error)))
        except (errors.CredentialsError, errors.ConfigurationError) as error:
            self.env.cr.rollback()
            self._stop(run, error)
        except errors.IntacctError as error:
            # What no step asked for alone was refused, or is no answer.
            self.env.cr.rollback()
            self._close(run, "failed", run.backend_id._explain(error))
            self._report_refusal(run, error, "connection", run.backend_id.name)
        except OutOfTime:
            raise
        except (SerializationFailure, DeadlockDetected) as error:
            # Somebody changed the same rows: the next job goes on with fresh eyes.
            self.env.cr.rollback()
            raise OutOfTime from error
        except Exception:
            # A programming error must not make the job fail for ever on one run.
            self.env.cr.rollback()
            self._close(
                run,
                "failed",
                self.env._("Unexpected error; the server's log has the details."),
            )
            self.env["ir.cron"]._commit_progress(remaining=0)
            raise
        else:
            self._finish(ctx)
        ctx.save_meter()
        ctx.gateway.sessions.save()
        self.env["ir.cron"]._commit_progress()
        return ctx.bugs

    @api.model
    def _resolve_doubts(self, ctx):
        """Before anything is read: what we wrote ourselves must not look like
        somebody else's."""
        outbox = self.env["intacct.outbox"]
        outbox._recover(ctx.backend)
        if step := ctx.step("documents.out"):
            outbox._resolve_doubts(ctx, step)

    @api.model
    def _next_send(self, backend):
        """The run of single documents that are due, empty if there are none."""
        backend._queue_sends()
        return self._next_run(backend, [("scope", "=", "send")])

    @api.model
    def _send_between(self, ctx):
        """People do not wait for the end of a long sync: what they send leaves between
        two chunks of an import, or two batches of what is sent, in a run of its own.

        :raises OutOfTime: time is up for both
        """
        waited = fields.Datetime.now() - ctx.run.started_at
        if waited.total_seconds() < PATIENCE_SECONDS:
            return
        only = {name: self.env.context.get(name) for name in CHOSEN_ONLY}
        run = self._next_send(ctx.backend.with_context(**only))
        if not run:
            return
        try:
            ctx.bugs += self._work_in_its_name(run, ctx.deadline)
        except OutOfTime:
            raise
        except Exception as error:
            # The run that met it is closed; the import goes on.
            ctx.bugs.append(error)

    @api.model
    def _poll_all(self, ctx):
        """The first pages of all steps that have not begun, in one request."""
        queries = {}
        for step in ctx.run.step_ids:
            if step.state == "waiting":
                queries.update(self._flow(step.flow)._poll(ctx))
        if not queries:
            return
        pages = ctx.gateway.query_many(
            queries.values(), deadline=ctx.deadline, return_errors=True
        )
        for intacct_object, page in zip(queries, pages, strict=True):
            # What was refused is asked for again by its step, which reports it.
            if not page.error:
                ctx.pages[intacct_object] = page

    @api.model
    def _work_on_step(self, ctx, step):
        step.state = "running"
        ctx.between = self._send_between if step.flow in IMPORT_STEPS else None
        ctx.between_batches = None
        if ctx.run.scope != "send":
            ctx.between_batches = self.with_context(**CHOSEN_ONLY)._send_between
        ctx.commit()
        for attempt in range(SERIALIZATION_ATTEMPTS):
            try:
                self._flow(step.flow)._run(ctx, step)
                break
            except OperationalError:
                # Somebody changed the same rows; the step goes on from its cursor.
                self.env.cr.rollback()
                self.env.invalidate_all()
                ctx.pages.clear()
                if attempt + 1 == SERIALIZATION_ATTEMPTS:
                    raise
            except (
                errors.AuthorizationError,
                errors.QueryFieldError,
                errors.RecordError,
                errors.IncompleteReadError,
                errors.ProtocolError,
            ) as error:
                self.env.cr.rollback()
                self._fail_step(ctx, step, error)
                return
        if step.flow in SENDING_STEPS:
            self.env["intacct.story"]._tell(ctx)
        step.state = "done"
        ctx.run.attempts = 0
        self.env["intacct.sync.event"]._resolve(
            ctx.backend, f"step:{step.flow}", [step.flow]
        )
        ctx.commit()

    # ------------------------------------------------------------------
    # Ends
    # ------------------------------------------------------------------
    @api.model
    def _fail_step(self, ctx, step, error):
        """One object could not be read; the other steps go on."""
        step.write({"state": "failed"})
        step._count(failed=1)
        self._report_refusal(ctx.run, error, f"step:{step.flow}", step.flow)
        ctx.commit()

    @api.model
    def _report_refusal(self, run, error, intacct_object, recordno):
        told = self.env["intacct.error.rule"]._explain(error)
        flow = run.step_ids.filtered(lambda step: step.flow == recordno)
        labels = dict(flow._fields["flow"]._description_selection(self.env))
        return self.env["intacct.sync.event"]._fail(
            run,
            "engine",
            intacct_object,
            recordno,
            told.pop("message"),
            document=labels.get(recordno, recordno),
            support_id=error.support_id,
            **told,
        )

    @api.model
    def _wait(self, run, error):
        """The network or the gateway failed: nothing is lost, try again later."""
        if run.attempts >= len(BACKOFF_MINUTES):
            self._close(run, "failed", run.backend_id._explain(error))
            self._report_refusal(run, error, "connection", run.backend_id.name)
            return
        minutes = BACKOFF_MINUTES[run.attempts]
        at = fields.Datetime.now() + timedelta(minutes=minutes)
        run.write(
            {
                "stalls": 0,
                "attempts": run.attempts + 1,
                "next_attempt": at,
                "message": self.env._(
                    "Intacct did not answer (%(error)s). Next attempt in %(minutes)s "
                    "minutes.",
                    error=str(error),
                    minutes=minutes,
                ),
            }
        )
        run.backend_id.cron_id._trigger(at=at)

    @api.model
    def _give_up(self, run):
        """The server was killed again and again at the same place."""
        self._close(
            run,
            "failed",
            self.env._(
                "The server was stopped %s times while it worked on this, and did not "
                "get on. Nothing that came before is lost. Ask whoever runs the server "
                "for its log, then start it again.",
                run.stalls,
            ),
        )
        self.env["ir.cron"]._commit_progress()

    @api.model
    def _stop(self, run, error):
        """Refused credentials and the like: going on could lock the user out."""
        message = run.backend_id._explain(error)
        self._close(run, "failed", message)
        self._report_refusal(run, error, "connection", run.backend_id.name)
        run.backend_id._needs_attention(message)

    @api.model
    def _finish(self, ctx):
        run = ctx.run
        if self._is_busy(ctx):
            return
        self.env["intacct.sync.event"]._resolve(
            ctx.backend, "connection", [ctx.backend.name]
        )
        if ctx.backend.state == "attention":
            ctx.backend._attention_over()
        failed = run.failed_count or any(
            step.state == "failed" for step in run.step_ids
        )
        self._close(run, "errors" if failed else "done", False)

    @api.model
    def _is_busy(self, ctx):
        """A run does not end while Intacct is busy with something that was sent: it
        waits a few times, and then sends and looks again. Longer it would hold up
        the next sync."""
        steps = ctx.run.step_ids.filtered(lambda step: step.flow in SENDING_STEPS)
        waits = max(((step.cursor or {}).get("waits", 0) for step in steps), default=0)
        if not steps or waits >= BUSY_WAITS:
            return False
        unfinished = self.env["intacct.outbox"]._unfinished(ctx.backend)
        if not unfinished:
            return False
        steps.write({"state": "waiting", "cursor": {"waits": waits + 1}})
        documents = ", ".join(unfinished[:3].mapped("document"))
        self._wait(
            ctx.run,
            errors.TransientError(self.env._("it is busy with %s", documents)),
        )
        return True

    @api.model
    def _close(self, run, state, message):
        run.write(
            {"state": state, "message": message, "ended_at": fields.Datetime.now()}
        )
        run._drop_requests()
