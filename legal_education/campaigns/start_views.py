"""One click on the dashboard: the draft of a campaign's page."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from wagtail.admin import messages

from legal_education.campaigns.calendar import find_campaign
from legal_education.campaigns.page_actions import PageRefused, start_page
from legal_education.campaigns.screens import CampaignsScreen

START = "campaigns_start"
_FIRST, _LAST = 1986, 2100


class StartView(CampaignsScreen):
    """To the editor of the draft; Http404 for a campaign or year that there is not."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, campaign: str, year: int) -> HttpResponseBase:
        """Make it, or find the one that is."""
        found = find_campaign(campaign)
        if found is None or not found.occurs_in(year) or not _FIRST <= year <= _LAST:
            raise Http404
        try:
            page = start_page(found.in_year(year), acting_user=self.acting_user)
        except PageRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("wagtailadmin_home")
        messages.success(request, f"“{page.title}”的草稿已备好，请逐处填写【请填写：…】。")
        return redirect("wagtailadmin_pages:edit", page.pk)
