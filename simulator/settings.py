"""The switches of a company: how it is configured, and what nobody knows.

Where the public material is silent the default is the most hostile plausible
answer; a test that wants an easier world says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

CHOICES: dict[str, tuple[str, ...]] = {
    "unknown_company": ("GW-0011", "XMLGW_JPP0002"),
    "wrong_password": ("authentication", "XMLGW_JPP0002"),
    "control_id_scope": ("company", "sender", "user"),
    "rollback": ("culprit", "all_aborted"),
    "reverse_returns": ("none", "counter", "original"),
    "recordno_order": ("text", "number"),
    "read_missing_keys": ("skip", "refuse"),
    "invoice_numbering": ("manual", "sequence", "sequence_unless_given"),
    "adjustment_numbering": ("manual", "sequence", "sequence_unless_given"),
    "payment_numbering": ("none", "sequence"),
    "customer_numbering": ("manual", "sequence"),
    "unpaid_reversal": ("reverse", "delete", "both"),
    "invoice_summary": ("automatic", "user"),
    "adjustment_summary": ("automatic", "user"),
    "payment_summary": ("automatic", "user"),
    "advance_summary": ("automatic", "user"),
    "reverse_part": ("all", "one", "refuse"),
    "reversal_rows": ("counter", "void"),
    "unknown_create_fields": ("refuse", "ignore"),
}

DEFAULTS: dict[str, object] = {
    # envelope and sessions
    "unknown_company": "GW-0011",
    "wrong_password": "authentication",
    "company_expired": False,
    "session_seconds": 7200,
    "endpoint": "",
    "control_id_scope": "company",
    "control_id_hours": 24,
    "failed_frees_control_id": True,
    "repeated_control_id_errorno": "BL01001973",
    "rollback": "culprit",
    "support_ids": True,
    "rate_limit_per_minute": 0,
    "concurrent_requests": 0,
    "transient_every": 0,
    # reads
    "random_seed": 1,
    "recordno_order": "text",
    "read_missing_keys": "skip",
    "read_max_keys": 100,
    "readbyquery_max_pagesize": 1000,
    "stamp_lag_seconds": 90,
    "null_stamp_every": 97,
    "usage_delay_seconds": 60,
    "dimension_delay_seconds": 0,
    "payment_touches_invoice": True,
    "credit_touches_invoice": False,
    "unknown_create_fields": "refuse",
    "empty_update_clears": False,
    # configuration of the receivables module
    "account_labels": False,
    "invoice_numbering": "manual",
    "adjustment_numbering": "manual",
    "payment_numbering": "none",
    "customer_numbering": "manual",
    "sequence_per_entity": False,
    "allow_duplicate_numbers": False,
    "number_required": False,
    "projects_belong_to_customers": False,
    "approvals": (),
    "auto_apply_inline": True,
    "unpaid_reversal": "reverse",
    "invoice_summary": "automatic",
    "adjustment_summary": "automatic",
    "payment_summary": "automatic",
    "advance_summary": "automatic",
    "custom_discounts": False,
    "credits_limited_to_entity": True,
    "default_tax_solution": "",
    "unavailable_objects": (),
    "iso_country_codes": False,
    "balance_forward_customers": (),
    "closed_period_errorno": "BL01001973",
    # reversals and payments
    "reverse_returns": "none",
    "reverse_part": "all",
    "reversal_rows": "counter",
    "reversal_link": False,
    "unapply_by_reverse": True,
    "delete_unapplied_memos": False,
    "split_payments_by_entity": True,
    "cross_currency_receipts": True,
    "pdf_marks_printed": True,
}


class SettingError(ValueError):
    """A switch that does not exist or a value that it cannot have."""


def _checked(name: str, value: object) -> object:
    if name not in DEFAULTS:
        raise SettingError(f"unknown setting {name!r}")
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise SettingError(f"{name} must be one of {', '.join(CHOICES[name])}")
        return value
    default = DEFAULTS[name]
    if isinstance(default, tuple):
        if not isinstance(value, (list, tuple)):
            raise SettingError(f"{name} must be a list")
        return list(value)
    if isinstance(default, bool) != isinstance(value, bool):
        raise SettingError(f"{name} must be like {default!r}")
    if isinstance(default, int):
        if not isinstance(value, (int, float)) or value < 0:
            raise SettingError(f"{name} must be a number, zero or more")
        return value
    if not isinstance(value, str):
        raise SettingError(f"{name} must be text")
    return value


class Settings(Mapping):
    """All switches; unset ones have their default."""

    def __init__(self, changed: Mapping[str, object] | None = None) -> None:
        self.changed = dict(changed or {})

    def __getitem__(self, name: str):
        return self.changed.get(name, DEFAULTS[name])

    def __iter__(self) -> Iterator[str]:
        return iter(DEFAULTS)

    def __len__(self) -> int:
        return len(DEFAULTS)

    def with_changes(self, changes: Mapping[str, object]) -> Settings:
        """A copy with checked changes; SettingError names the bad one."""
        checked = {name: _checked(name, value) for name, value in changes.items()}
        return Settings({**self.changed, **checked})
