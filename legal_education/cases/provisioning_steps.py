"""Cases that were published before there were links are bound once, on every site."""

from legal_education.cases.actions import rewrite_column
from legal_education.cases.references import CASES_COLUMN
from site_core.models import ColumnPage
from tenants.models import Organisation
from tenants.provisioning import register_step


@register_step(name="case_links", after=("blueprint",), version="1")
def bind_cases(site: Organisation) -> None:
    """Safe to repeat: the links follow from the pages."""
    for column in ColumnPage.objects.filter(node_key=CASES_COLUMN):
        rewrite_column(column)
