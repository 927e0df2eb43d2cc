"""What checks before publication look at and what they look for; the registry is `publication_checks`."""
