"""A request document from its first check to its answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field

from lxml import etree

from . import auth, idempotency, metering, requestschema, store
from .calls import Call, Outcome
from .clock import Clock
from .company import Company
from .context import Context
from .failures import (
    ROLLED_BACK,
    ROLLED_BACK_TEXT,
    AuthenticationFailure,
    ControlFailure,
    Fault,
    FunctionFailure,
    refuse,
    transient,
)
from .faults import FunctionFault, Plan
from .functions import FUNCTIONS
from .protocol import Answer, Control, guess_control, parse, read_control

ROLLED_BACK_FAULT = Fault(ROLLED_BACK, ROLLED_BACK_TEXT)
FREE = {"getAPISession"}


@dataclass
class Reply:
    """An HTTP answer of the gateway."""

    body: str
    status: int = 200
    content_type: str = 'text/xml; encoding="UTF-8"'
    headers: dict = field(default_factory=dict)


class Gateway:
    """All companies behind one address, and the senders that may call."""

    def __init__(self, path: str) -> None:
        self.database = store.Database(path)
        self.common = store.Tables(self.database, "")
        self.clock = Clock(float(self.common.meta.get("clock", 0)))
        self.companies = {
            name: Company(self.database, name, self.clock)
            for name in self.database.companies()
        }
        self.meter = metering.Meter()
        self.controlids = idempotency.ControlIds()
        self.resultsets: dict[str, dict] = {}
        self.address = ""
        self.writes = 0

    # ------------------------------------------------------------- the store

    @property
    def senders(self) -> dict[str, str]:
        return self.common.meta.get("senders", {})

    def add_senders(self, senders: dict[str, str]) -> None:
        with self.common.transaction():
            self.common.set_meta("senders", {**self.senders, **senders})

    @property
    def current(self) -> str:
        """The company that admin paths mean when they name none."""
        return self.common.meta.get("current", "")

    def set_current(self, name: str) -> None:
        if name != self.current:
            with self.common.transaction():
                self.common.set_meta("current", name)

    def move_clock(self, move: Callable[[Clock], None]) -> None:
        move(self.clock)
        with self.common.transaction():
            self.common.set_meta("clock", self.clock.offset)

    def company(self, name: str) -> Company:
        """The company with an ID, made when it is not there."""
        if name not in self.companies:
            self.companies[name] = Company(self.database, name, self.clock)
        return self.companies[name]

    def clear(self) -> None:
        with self.database.lock:
            self.database.clear()
            self.common = store.Tables(self.database, "")
            self.companies = {}
            self.resultsets = {}
            self.clock.offset = 0.0
            self.meter.clear()
            self.writes = 0

    # ----------------------------------------------------------- the request

    def answer(self, body: bytes, plan_for: Callable[..., Plan]) -> tuple[Reply, Plan]:
        """Execute a request; ``plan_for(control, functions)`` names its faults."""
        control = Control()
        plan = Plan()
        try:
            control = guess_control(body)
            root = parse(body)
            control = read_control(root)
            plan = plan_for(control, functions_of(root))
            plan.before(self)
            requestschema.check(root)
            auth.check_sender(self.senders, control)
            return self._execute(root, control, plan), plan
        except ControlFailure as failure:
            answer = Answer(control)
            return Reply(answer.control_failure(failure), failure.status), plan

    def _execute(self, root: etree._Element, control: Control, plan: Plan) -> Reply:
        answer = Answer(control)
        operations = []
        for operation in root.findall("operation"):
            run = Operation(self, control, answer, operation, plan)
            operations.append(run.execute())
            if run.raw is not None:
                content_type, raw = run.raw
                return Reply(raw, content_type=content_type)
        return Reply(answer.response(operations))


def functions_of(root: etree._Element) -> list[etree._Element]:
    return [
        child
        for function in root.iterfind("operation/content/function")
        for child in function
    ]


class Operation:
    """One operation: who asks, then its functions in order."""

    def __init__(
        self,
        gateway: Gateway,
        control: Control,
        answer: Answer,
        element: etree._Element,
        plan: Plan,
    ) -> None:
        self.gateway = gateway
        self.control = control
        self.answer = answer
        self.element = element
        self.plan = plan
        self.raw: tuple[str, str] | None = None

    def execute(self) -> str:
        try:
            with self.gateway.database.lock:
                context, session = self._authenticate()
        except AuthenticationFailure as failure:
            return self.answer.refused_operation(
                failure.userid, failure.companyid, failure.fault
            )
        functions = self.element.findall("content/function")
        if self.element.get("transaction") == "true":
            results = self._all_or_nothing(context, functions)
        else:
            results = [self._one(context, function) for function in functions]
        return self.answer.operation(session, results)

    def _authenticate(self) -> tuple[Context, auth.Session]:
        companies = self.gateway.companies
        block = self.element.find("authentication")
        sessionid = block.findtext("sessionid")
        if sessionid is not None:
            return auth.resume(companies, self.control, sessionid.strip())
        login = block.find("login")
        if login is None:
            raise AuthenticationFailure(auth.SIGN_IN)
        context = auth.sign_in(companies, self.control, login)
        return context, auth.transient_session(context)

    # ---------------------------------------------------------- one by one

    def _one(self, context: Context, function: etree._Element) -> str:
        controlid = function.get("controlid", "")
        try:
            with self._exclusive(context, controlid):
                self.plan.delay(function)
                self.plan.refuse(function)
                with context.tables.transaction():
                    outcome = self._run(context, function, controlid)
                    whole = outcome.failure is None
                    self._meter(context, function, outcome.transactions, whole)
                if outcome.failure is not None:
                    return self._refused(context, function, outcome.failure)
                if failure := self.plan.partial(function):
                    return self._result("failure", function, outcome.inner, failure)
                return self._success(function, outcome)
        except FunctionFault as fault:
            return self._result("aborted", function, failure=fault.failure)
        except idempotency.Repeated as failure:
            return self._failed(context, function, failure)
        except FunctionFailure as failure:
            burnt = not context.settings["failed_frees_control_id"]
            if burnt and self.control.uniqueid and controlid:
                with context.tables.transaction():
                    idempotency.remember(context, controlid)
            return self._failed(context, function, failure)

    def _failed(
        self, context: Context, function: etree._Element, failure: FunctionFailure
    ) -> str:
        with context.tables.transaction():
            self._meter(context, function, 1, False)
        return self._refused(context, function, failure)

    def _exclusive(self, context: Context, controlid: str):
        if self.control.uniqueid and controlid:
            return self.gateway.controlids.running(context, controlid)
        return nullcontext()

    def _run(
        self, context: Context, function: etree._Element, controlid: str
    ) -> Outcome:
        checked = self.control.uniqueid and controlid
        if checked:
            idempotency.refuse_repeated(context, controlid)
        element = function[0]
        handler = FUNCTIONS.get(element.tag)
        if handler is None:
            raise refuse(f"Function {element.tag} is not supported by this simulator.")
        self._maybe_transient(context, element)
        call = Call(
            context,
            element,
            self.answer,
            self.gateway.resultsets,
            context.settings["endpoint"] or self.gateway.address,
        )
        outcome = handler(call)
        if checked and outcome.failure is None:
            idempotency.remember(context, controlid)
        return outcome

    def _maybe_transient(self, context: Context, element: etree._Element) -> None:
        every = int(context.settings["transient_every"])
        if not every or element.tag.startswith(("read", "query", "get", "lookup")):
            return
        self.gateway.writes += 1
        if self.gateway.writes % every == 0:
            raise transient()

    def _meter(
        self,
        context: Context,
        function: etree._Element,
        transactions: int,
        success: bool,
    ) -> None:
        name = function[0].tag
        if name in FREE:
            transactions = 0
        self.gateway.meter.add_function(name, transactions)
        controlid = function.get("controlid", "")
        metering.record(context, self.control, name, controlid, transactions, success)

    # ------------------------------------------------------- all or nothing

    def _all_or_nothing(
        self, context: Context, functions: list[etree._Element]
    ) -> list[str]:
        done: list[Outcome] = []
        for function in functions:
            self.plan.delay(function)
        try:
            with context.tables.transaction():
                for function in functions:
                    done.append(self._in_transaction(context, function))
                for function, outcome in zip(functions, done, strict=True):
                    self._meter(context, function, outcome.transactions, True)
        except FunctionFailure as failure:
            with context.tables.transaction():
                for function in functions[: len(done) + 1]:
                    self._meter(context, function, 1, False)
            return self._rolled_back(context, functions, len(done), failure)
        return [
            self._success(function, outcome)
            for function, outcome in zip(functions, done, strict=True)
        ]

    def _in_transaction(self, context: Context, function: etree._Element) -> Outcome:
        controlid = function.get("controlid", "")
        with self._exclusive(context, controlid):
            try:
                self.plan.refuse(function)
            except FunctionFault as fault:
                raise fault.failure from fault
            outcome = self._run(context, function, controlid)
        if outcome.failure is not None:
            raise outcome.failure
        return outcome

    def _rolled_back(
        self,
        context: Context,
        functions: list[etree._Element],
        culprit: int,
        failure: FunctionFailure,
    ) -> list[str]:
        """Both shapes seen: only the culprit fails, or every result is aborted."""
        everything = context.settings["rollback"] == "all_aborted"
        aborted = FunctionFailure(ROLLED_BACK_FAULT)
        real = FunctionFailure(*failure.faults, ROLLED_BACK_FAULT)
        results = []
        for position, function in enumerate(functions):
            if position == culprit:
                status = "aborted" if everything else "failure"
                results.append(self._result(status, function, failure=real))
            elif position < culprit or everything:
                results.append(self._result("aborted", function, failure=aborted))
        return results

    # -------------------------------------------------------------- results

    def _success(self, function: etree._Element, outcome: Outcome) -> str:
        if outcome.raw is not None:
            self.raw = outcome.raw
        return self._result("success", function, outcome.inner)

    def _refused(
        self, context: Context, function: etree._Element, failure: FunctionFailure
    ) -> str:
        support = bool(context.settings["support_ids"])
        return self._result("failure", function, failure.data, failure, support)

    def _result(
        self,
        status: str,
        function: etree._Element,
        inner: str = "",
        failure: FunctionFailure | None = None,
        support: bool = False,
    ) -> str:
        return self.answer.result(
            status,
            function[0].tag,
            function.get("controlid", ""),
            inner,
            failure,
            support,
        )
