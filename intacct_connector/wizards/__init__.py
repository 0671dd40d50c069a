from . import (
    intacct_accept,
    intacct_aging,
    intacct_change,
    intacct_decide,
    intacct_error_fix,
    intacct_import,
    intacct_map,
    intacct_month_end,
    intacct_preview_accept,
    intacct_support_bundle,
    intacct_term,
)
