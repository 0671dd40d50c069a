"""``POST /_simulator/change``: what a person would do in Intacct's own pages."""

from __future__ import annotations


class ChangeError(ValueError):
    """A change that is not understood."""


def change(context, data: dict) -> dict:
    raise ChangeError(f"unknown action {data.get('action')!r}")
