"""From a published issue to its readers: planned in the publication's transaction, rows made in batches, worked off in turns."""
