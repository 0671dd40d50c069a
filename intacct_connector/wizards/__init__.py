from . import intacct_change, intacct_decide
