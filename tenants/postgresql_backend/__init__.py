"""django-tenants' PostgreSQL backend, with a cheaper search path and a content type cache that may be kept."""
