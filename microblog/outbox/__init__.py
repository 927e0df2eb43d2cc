"""From a published post to proof that it is there: rows made in the publication's transaction, worked off in order by jobs."""
