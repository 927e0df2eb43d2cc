"""Search across all sites: the catalogue of everything published, two engines over it, and what reader, editor and centre see."""
