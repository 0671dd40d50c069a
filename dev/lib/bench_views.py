"""``dev/bench views``: how long the addon's lists take with many records.

Each list, kanban, graph and pivot is opened as the web client opens it: the same calls
with the fields of the view, the count and the groups, then once more for each filter
and grouping of its search view.
"""

import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import safe_eval

from dev.lib import bench_views_fill
from dev.lib.stack import Cluster, OdooServer, no_process_left, temporary_database
from dev.lib.table import table

BINDINGS, RUNS = 100_000, 1000
LIMIT, COUNT_LIMIT = 80, 10_001
# The most that any of them may take, in milliseconds.
ALLOWED = 1000
REPEAT = 3
DATA_VIEWS = ("list", "kanban", "graph", "pivot")
RELATIONS = ("many2one", "many2many", "one2many", "reference")
# Pages of Odoo that have columns, filters or buttons of ours.
FOREIGN = ("account.action_move_out_invoice", "account.res_partner_action_customer")
FOREIGN_FILTERS = ("intacct",)


@dataclass
class Page:
    """One window action as the web client got it.

    :ivar str name: of the action
    :ivar dict views: arch by type of view, parsed
    :ivar bool ours: whether all of it is the addon's
    """

    name: str
    model: str
    domain: list
    context: dict
    views: dict
    fields: dict
    ours: bool


def evaluate(text, default):
    """A domain or context of a view, None if it needs more than a server knows."""
    if not text or not text.strip():
        return default
    names = {
        "uid": 2,
        "active_id": 0,
        "context": {},
        "context_today": safe_datetime.date.today,
        "datetime": safe_datetime,
        "time": None,
    }
    try:
        return safe_eval(text, names)
    except ValueError:
        return None


def read_page(call, action, ours):
    """Asks for an action's views, as a click on its menu does."""
    kinds = action["view_mode"].split(",")
    chosen = {kinds[0]: action["view_id"]} if action["view_id"] else {}
    for bound in call(
        "ir.actions.act_window.view",
        "search_read",
        [[("act_window_id", "=", action["id"])], ["view_mode", "view_id"]],
    ):
        chosen[bound["view_mode"]] = bound["view_id"]
    chosen["search"] = action["search_view_id"]
    views = [
        [chosen[kind][0] if chosen.get(kind) else False, kind]
        for kind in (*kinds, "search")
    ]
    answer = call(action["res_model"], "get_views", [views])
    return Page(
        name=action["name"],
        model=action["res_model"],
        domain=evaluate(action["domain"], []),
        context=evaluate(action["context"], {}),
        views={
            kind: etree.fromstring(view["arch"])
            for kind, view in answer["views"].items()
        },
        fields=answer["models"][action["res_model"]]["fields"],
        ours=ours,
    )


def pages(call):
    """Every page of the addon, and those of Odoo that show something of it."""
    data = [
        ("model", "=", "ir.actions.act_window"),
        ("module", "=", "intacct_connector"),
    ]
    own = [
        row["res_id"]
        for row in call("ir.model.data", "search_read", [data, ["res_id"]])
    ]
    names = ["name", "res_model", "view_mode", "domain", "context", "view_id"]
    names.append("search_view_id")
    domain = [("id", "in", own), ("target", "=", "current")]
    for action in call("ir.actions.act_window", "search_read", [domain, names]):
        yield read_page(call, action, ours=True)
    for xmlid in FOREIGN:
        module, _dot, name = xmlid.partition(".")
        where = [("module", "=", module), ("name", "=", name)]
        (row,) = call("ir.model.data", "search_read", [where, ["res_id"]])
        (action,) = call("ir.actions.act_window", "read", [[row["res_id"]], names])
        yield read_page(call, action, ours=False)


# ------------------------------------------------------------------
# What the web client asks for
# ------------------------------------------------------------------
def specification(page, arch):
    """The fields of a list or kanban, those that are folded away too."""
    wanted = {}
    for node in arch.iter("field"):
        if any(parent.tag in ("field", "groupby") for parent in node.iterancestors()):
            continue
        name = node.get("name")
        if node.get("column_invisible") in ("1", "True") or name not in page.fields:
            continue
        relation = page.fields[name]["type"] in RELATIONS
        wanted[name] = {"fields": {"display_name": {}}} if relation else {}
    return wanted


def default_domain(page):
    """The action's domain with the filters that it begins with, which stand side by
    side: any of them."""
    chosen = [
        evaluate(node.get("domain"), [])
        for node in page.views["search"].iter("filter")
        if page.context.get(f"search_default_{node.get('name')}")
    ]
    chosen = [domain for domain in chosen if domain]
    either = ["|"] * (len(chosen) - 1)
    return [*page.domain, *either, *(term for domain in chosen for term in domain)]


def open_list(call, page, kind, domain, group_by=()):
    """The calls of a list or kanban; grouped, the groups and their first rows."""
    wanted = specification(page, page.views[kind])
    if group_by:
        return call(
            page.model,
            "web_read_group",
            [],
            {
                "domain": domain,
                "groupby": list(group_by),
                "aggregates": [],
                "limit": LIMIT,
                "auto_unfold": True,
                "unfold_read_specification": wanted,
                "unfold_read_default_limit": LIMIT,
                "context": page.context,
            },
        )
    return call(
        page.model,
        "web_search_read",
        [],
        {
            "domain": domain,
            "specification": wanted,
            "limit": LIMIT,
            "count_limit": COUNT_LIMIT,
            "context": page.context,
        },
    )


def open_graph(call, page, kind, domain):
    """The groups and measures of a graph or pivot."""
    groups, measures = [], ["__count"]
    for node in page.views[kind].iter("field"):
        name = node.get("name")
        if node.get("type") == "measure":
            measures.append(f"{name}:sum")
        else:
            interval = node.get("interval")
            groups.append(f"{name}:{interval}" if interval else name)
    arguments = {"domain": domain, "groupby": groups, "aggregates": measures}
    return call(
        page.model, "formatted_read_group", [], {**arguments, "context": page.context}
    )


def openings(call, page):
    """What is measured of a page: a name, and a function that does it."""
    start = default_domain(page)
    for kind in DATA_VIEWS:
        if kind not in page.views:
            continue
        if kind in ("graph", "pivot"):
            yield kind, "", lambda kind=kind: open_graph(call, page, kind, start)
            continue
        grouped = (page.views[kind].get("default_group_by") or "").split(",")
        grouped = [name for name in grouped if name]
        yield (
            kind,
            "",
            lambda kind=kind, grouped=grouped: open_list(
                call, page, kind, start, grouped
            ),
        )
    kind = next(kind for kind in DATA_VIEWS if kind in page.views)
    for node in page.views["search"].iter("filter"):
        name = node.get("name") or ""
        if not page.ours and not name.startswith(FOREIGN_FILTERS):
            continue
        domain = evaluate(node.get("domain"), [])
        group = (evaluate(node.get("context"), {}) or {}).get("group_by")
        if group:
            yield (
                kind,
                name,
                lambda group=group: open_list(call, page, kind, page.domain, [group]),
            )
        elif domain:
            both = [*page.domain, *domain]
            yield (kind, name, lambda both=both: open_list(call, page, kind, both))


def row_count(answer):
    """How many rows or groups an opening showed."""
    if isinstance(answer, dict):
        return answer["length"]
    return len(answer)


def measure(opening):
    """Rows, and milliseconds: the median of some, after one that warms up."""
    rows = row_count(opening())
    taken = []
    for _attempt in range(REPEAT):
        started = time.perf_counter()
        opening()
        taken.append(1000 * (time.perf_counter() - started))
    return {"rows": rows, "ms": round(statistics.median(taken))}


def views_bench(bindings, runs, target):
    """Fills a database, opens everything and prints JSON, in milliseconds.

    :return: whether all of them stayed below ALLOWED
    """
    results = []
    with Cluster() as cluster, no_process_left(), temporary_database(cluster) as name:
        bench_views_fill.fill(cluster, name, bindings, runs)
        with OdooServer(cluster, name, cron=False) as odoo:
            call = odoo.rpc()
            for page in pages(call):
                for kind, part, opening in openings(call, page):
                    found = {"page": page.name, "model": page.model, "view": kind}
                    results.append({**found, "filter": part, **measure(opening)})
    results.sort(key=lambda one: -one["ms"])
    rows = [list(map(str, one.values())) for one in results]
    print(table(["page", "model", "view", "filter", "rows", "ms"], rows), flush=True)
    print(json.dumps({"bindings": bindings, "runs": runs, "views": results}))
    if target:
        Path(target).write_text(json.dumps(results, indent=1) + "\n")
    slow = [one for one in results if one["ms"] > ALLOWED]
    print(f"{len(results)} views, {len(slow)} above {ALLOWED} ms")
    return not slow
