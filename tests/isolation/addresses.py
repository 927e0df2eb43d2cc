"""Every address that the resolver knows, and what to try it with."""
