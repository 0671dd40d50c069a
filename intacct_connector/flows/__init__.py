from . import (
    base,
    customers,
    documents,
    documents_follow,
    engine,
    lists,
    open_balances,
    payments,
    settlements,
)
