"""Nobody of another site is seen in a site's admin: not in lists, filters, choosers, reports, mails.

The table of people is shared, so each place where Wagtail asks for persons is named here, and all addresses without
parameters are walked besides.
"""

from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import get_resolver, reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.log_actions import log
from wagtail.models import Comment, CommentReply, Page, PageSubscription
from wagtail.permissions import policy_registry
from wagtail.users.utils import get_manageable_token_owners

from accounts.models import User
from site_core.member_actions import remove_member
from site_core.models import Membership
from tenants.current import enter_site
from tests.factories import make_article, make_central, make_member, make_person

MARKS = ("stranger-login", "stranger-centre", "stranger-nowhere", "外来之人")


@pytest.fixture
def admin(two_sites):
    return make_member(two_sites.a, "site_admin", "kt-admin")


@pytest.fixture
def strangers(two_sites, city):
    """People of another site, of the centre, and of none; each with a share in the work of the other site."""
    elsewhere = make_member(two_sites.b, "site_admin", "stranger-login")
    people = [elsewhere, make_central("platform_admin", "stranger-centre"), make_person("stranger-nowhere")]
    User.objects.filter(pk__in=[person.pk for person in people]).update(last_name="外来", first_name="之人")
    make_busy(two_sites.b, elsewhere)
    return people


def make_busy(site, user):
    """An article that the person owns, edited, locked, commented on and wants to hear of; returns it."""
    article = make_article(site, f"{user.username} 的文章", column="gzdt")
    with enter_site(site):
        page = Page.objects.get(pk=article.pk)
        page.owner, page.locked, page.locked_by, page.locked_at = user, True, user, timezone.now()
        page.save()
        for action in ("wagtail.edit", "wagtail.publish", "wagtail.lock"):
            log(page, action, user=user)
        Comment.objects.create(page=page, user=user, text="请看", contentpath="title")
        PageSubscription.objects.create(page=page, user=user, comment_notifications=True)
    return page


@pytest.fixture
def client(two_sites, admin, strangers, signed_in):
    make_busy(two_sites.a, admin)
    return signed_in(two_sites.a, admin)


@pytest.fixture
def page(two_sites, client):
    with enter_site(two_sites.a):
        return Page.objects.get(title="kt-admin 的文章")


def read_text(response):
    """What a page or a workbook says."""
    if "spreadsheetml" not in response["Content-Type"]:
        return response.content.decode()
    content = response.content if not response.streaming else b"".join(response.streaming_content)
    rows = [row for sheet in load_workbook(BytesIO(content)) for row in sheet.iter_rows(values_only=True)]
    return "\n".join(str(cell) for row in rows for cell in row if cell is not None)


def assert_no_stranger(response):
    text = read_text(response)
    found = [mark for mark in MARKS if mark in text]
    assert not found, found


def plain_addresses(resolver=None, prefix="/"):
    """All addresses of the admin that take no parameter, from the resolver itself."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = str(pattern.pattern)
        address = prefix + route.lstrip("^").rstrip("$").removesuffix("\\Z")
        if hasattr(pattern, "url_patterns"):
            yield from plain_addresses(pattern, address)
        elif address.startswith("/admin/") and not set("<(*?[") & set(address):
            yield address


LEAVING = {"/admin/logout/", "/admin/failwhale/"}


def test_no_address_without_parameters_shows_a_stranger(client):
    addresses = set(plain_addresses()) - LEAVING
    assert len(addresses) > 60
    for address in sorted(addresses):
        assert_no_stranger(client.get(address))


PAGE_SCREENS = (
    *("wagtailadmin_explore", "wagtailadmin_explore_results", "wagtailadmin_choose_page_child"),
    *("wagtailadmin_pages:edit", "wagtailadmin_pages:history", "wagtailadmin_pages:history_results"),
    *("wagtailadmin_pages:usage", "wagtailadmin_pages:set_privacy", "wagtailadmin_pages:workflow_history"),
    *("wagtailadmin_pages:delete", "wagtailadmin_pages:copy", "wagtailadmin_pages:move"),
)


def test_no_screen_about_a_page_shows_a_stranger(client, page):
    for name in PAGE_SCREENS:
        response = client.get(reverse(name, args=[page.pk]))
        assert response.status_code == 200, name
        assert_no_stranger(response)


# Report or listing, and its filter by person.
FILTERS = [
    ("wagtailadmin_explore", "owner"),
    ("wagtailadmin_explore", "edited_by"),
    ("wagtailadmin_reports:locked_pages", "locked_by"),
    ("wagtailadmin_reports:site_history", "user"),
    ("wagtailadmin_reports:workflow", "requested_by"),
    ("wagtailadmin_reports:aging_pages", "last_published_by"),
    ("wagtailadmin_reports:page_types_usage", "last_edited_by"),
]


def filtered_address(site, name):
    if name != "wagtailadmin_explore":
        return reverse(name)
    with enter_site(site):
        return reverse(name, args=[Page.objects.get(depth=2).pk])


def test_no_filter_names_the_stranger_that_it_is_asked_for(two_sites, client, strangers):
    for name, field in FILTERS:
        response = client.get(filtered_address(two_sites.a, name), {field: [stranger.pk for stranger in strangers]})
        assert response.status_code == 200, name
        assert_no_stranger(response)


def test_filters_offer_who_did_something_here(two_sites, client, admin):
    """Else the test above would prove nothing."""
    for name, field in FILTERS[:4]:
        page = client.get(filtered_address(two_sites.a, name)).content.decode()
        assert f'name="{field}"' in page, name
        assert f'value="{admin.pk}"' in page, name


def test_who_has_left_is_still_named_by_what_was_done_here(two_sites, client, admin):
    gone = make_member(two_sites.a, "editor", "gone-editor")
    make_busy(two_sites.a, gone)
    with enter_site(two_sites.a):
        remove_member(gone, acting_user=User.objects.get(pk=admin.pk))
    shown = f'value="{gone.pk}"'
    assert shown in client.get(reverse("wagtailadmin_reports:site_history")).content.decode()
    assert "gone-editor" not in client.get("/admin/users/").content.decode()


def test_csv_of_a_report_names_no_stranger(client):
    for name in ("site_history", "locked_pages", "aging_pages"):
        response = client.get(reverse(f"wagtailadmin_reports:{name}"), {"export": "csv"})
        text = b"".join(response.streaming_content).decode()
        assert "kt-admin" in text
        assert not [mark for mark in MARKS if mark in text]


def test_policies_count_only_people_of_the_site(two_sites, strangers, admin):
    with enter_site(two_sites.a):
        for model in (Page, User, Group):
            policy = policy_registry.get_by_type(model)
            for action in ("add", "change", "publish", "delete"):
                found = set(policy.users_with_any_permission([action]).values_list("username", flat=True))
                assert found <= {"kt-admin"}, (model, action)


def test_policy_for_persons_ends_at_the_site(two_sites, strangers, admin):
    with enter_site(two_sites.a):
        user, policy = User.objects.get(pk=admin.pk), policy_registry.get_by_type(User)
        assert [person.pk for person in policy.instances_user_has_permission_for(user, "change")] == [admin.pk]
        assert policy.user_has_permission_for_instance(user, "change", user)
        assert not any(policy.user_has_permission_for_instance(user, "change", each) for each in strangers)


def test_api_tokens_are_managed_for_oneself_alone(two_sites, strangers, admin):
    with enter_site(two_sites.a):
        assert list(get_manageable_token_owners(User.objects.get(pk=admin.pk))) == [admin]


def test_site_history_does_not_link_to_a_person_of_another_site(two_sites, client, strangers):
    with enter_site(two_sites.a):
        log(strangers[0], "wagtail.edit", user=None)
    for name in ("site_history", "site_history_results"):
        page = client.get(reverse(f"wagtailadmin_reports:{name}")).content.decode()
        assert f"/admin/users/edit/{strangers[0].pk}/" not in page


def comment_form(page, **extra):
    """The page form as it is sent when a reply is added to the only comment."""
    comment = Comment.objects.get(page=page)
    return {
        "title": page.title,
        "slug": page.slug,
        "subtitle": "",
        "summary": "",
        "body-count": "0",
        "attachments-TOTAL_FORMS": "0",
        "attachments-INITIAL_FORMS": "0",
        "comments-TOTAL_FORMS": "1",
        "comments-INITIAL_FORMS": "1",
        "comments-0-id": str(comment.pk),
        "comments-0-contentpath": "title",
        "comments-0-text": comment.text,
        "comments-0-position": "",
        "comments-0-replies-TOTAL_FORMS": "1",
        "comments-0-replies-INITIAL_FORMS": "0",
        "comments-0-replies-0-text": "好的",
        **extra,
    }


def test_mail_about_comments_reaches_members_and_not_who_has_left(two_sites, admin, signed_in):
    """Both took part in the talk; one of them left since."""
    author, gone = make_member(two_sites.a, "editor", "the-author"), make_member(two_sites.a, "editor", "gone-editor")
    page = make_busy(two_sites.a, author)
    with enter_site(two_sites.a):
        Page.objects.filter(pk=page.pk).update(locked=False)
        comment = Comment.objects.get(page=page)
        CommentReply.objects.create(comment=comment, user=gone, text="我也看了")
        PageSubscription.objects.create(page=page, user=gone, comment_notifications=True)
        remove_member(gone, acting_user=User.objects.get(pk=admin.pk))
    client = signed_in(two_sites.a, admin)
    with enter_site(two_sites.a):
        form = comment_form(page.specific)
    reply = {"comments-0-replies-INITIAL_FORMS": "0"}
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {**form, **reply})
    receivers = {address for message in mail.outbox for address in message.to}
    assert receivers == {author.email}


def test_members_again_hear_of_comments_after_a_new_invitation(two_sites, admin):
    from wagtail.users.models import UserProfile

    from site_core.member_actions import accept_invitation, invite
    from site_core.member_mail import send_invitation

    gone = make_member(two_sites.a, "editor", "gone-editor")
    with enter_site(two_sites.a):
        acting = User.objects.get(pk=admin.pk)
        remove_member(gone, acting_user=acting)
        assert not UserProfile.get_for_user(gone).updated_comments_notifications
        invitation = invite(gone.email, ["editor"], acting_user=acting)
        send_invitation(invitation_id=invitation.pk)
        token = mail.outbox[-1].body.split("/invitation/")[1].split("/")[0]
        accept_invitation(token, gone)
        assert UserProfile.objects.get(user=gone).updated_comments_notifications
        assert Membership.objects.lasting().filter(user=gone).exists()
