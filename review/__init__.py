"""Three-step review (三审三校): who has to approve what before the public sees it, and the record of who did."""
