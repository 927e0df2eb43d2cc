"""Both migrations."""
