"""Double entry: postings, applications, reversals, periods, numbers and proof."""
