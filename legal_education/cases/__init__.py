"""以案释法: cases bound to articles of law, across sites; and who has to teach which law to whom (谁执法谁普法)."""
