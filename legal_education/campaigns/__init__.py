"""Campaigns of the legal calendar, the ledger of activities, and the reader's one place for legal education."""
