"""An app of sites that exists only to be migrated: `first_migrations` makes its table, `migrations` also changes it."""
