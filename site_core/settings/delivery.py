"""Page cache, edge nodes, static mirror."""

from .env import ENV

WSGI_LAYERS = ["delivery.visits.layer.VisitLayer", "delivery.wsgi.with_delivery"]
"""What stands in front of Django in each web process, outermost first, as functions from application to application."""
WEB_PROCESSES, WEB_THREADS = ENV.web_processes, ENV.web_threads
"""Web processes, and requests that each answers at a time beside those from its page cache."""
PAGE_CACHE_BYTES = ENV.page_cache_bytes
"""How much each web process may keep; 0 for no page cache."""
VARNISH_NODES = ENV.varnish_nodes
"""Addresses at which each Varnish node takes purges. Where there are any, they keep the pages and the processes do not."""
MIRROR_ROOT = ENV.mirror_root
"""Folder of the static mirrors that are kept up to date; empty for none."""
