"""Getting pages to readers fast and never stale: page cache, edge nodes, static mirror, counted visits."""
