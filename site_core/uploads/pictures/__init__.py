"""Pictures: whether they are whole, and what they must lose."""
