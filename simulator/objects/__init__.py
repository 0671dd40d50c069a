"""The registry of objects that the gateway knows."""

from __future__ import annotations

from . import administration, documents, masters, payments
from .fields import Field, Lines, ObjectType, Relation

REGISTRY: dict[str, ObjectType] = {
    declared.name: declared
    for module in (masters, documents, payments, administration)
    for declared in module.TYPES
}

__all__ = ["REGISTRY", "Field", "Lines", "ObjectType", "Relation"]
