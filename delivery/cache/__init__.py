"""The page cache in front of Django in each process."""
