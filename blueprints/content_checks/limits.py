"""How much of everything, and which names: for the checks, and for forms that say so beforehand."""

from site_core.roles import ROLE_LABELS

IDENTIFIERS = ("region_code", "site_id_code", "icp_number", "police_number")
CONTACTS = ("contact_unit", "contact_address", "contact_phone", "contact_email")
REVIEWERS = tuple(key for key in ROLE_LABELS if key.startswith("reviewer_"))
MOST_STEPS = 3
MOST_LEVELS = 10
"""Columns below each other; Wagtail's tree ends at 63."""
LONGEST_TERM = 3650
SMALLEST_PAGE, LARGEST_PAGE = 5, 100
"""Limits of `ColumnPage.clean`."""
LONGEST_LABEL = 30
