from . import intacct_change, intacct_decide, intacct_error_fix, intacct_import
