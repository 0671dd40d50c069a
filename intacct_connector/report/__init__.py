from . import report_month_end, report_statement
