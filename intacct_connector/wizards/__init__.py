from . import intacct_decide
