"""People: one account per person for the whole cluster, platform roles, and the audit ledger."""
