"""Functions that write: masters, documents, receipts, applications, deposits."""
