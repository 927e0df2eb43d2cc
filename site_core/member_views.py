"""Screens of a site's administrators about who works here: members, invitations, roles.

They take the place of Wagtail's screens for users and groups, which edit persons and rights.
"""

from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import ModelAdminURLFinder, register_admin_url_finder
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry
from wagtail.users.views.users import UserColumn

from accounts.models import User
from site_core.member_actions import (
    InvitationRefused,
    MemberRefused,
    change_roles,
    end_session,
    end_sessions,
    invite,
    remove_member,
    withdraw_invitation,
)
from site_core.member_forms import InvitationForm, MemberFilterSet, RolesForm
from site_core.member_selectors import (
    describe_invited_roles,
    describe_roles,
    describe_sessions,
    list_described_roles,
    list_members,
    list_open_invitations,
    list_people_here,
    list_roles,
)

INDEX = "wagtailusers_users:index"
INVITATIONS = "wagtailusers_users:invitations"
SESSIONS = "wagtailusers_users:sessions"


class MemberIndexView(generic.IndexView):
    """Members of the site, and people of the centre who visit it. Nobody else of the shared table is ever asked for."""

    model = User
    page_title = "用户"
    header_icon = "user"
    index_url_name = INDEX
    index_results_url_name = "wagtailusers_users:index_results"
    add_url_name = "wagtailusers_users:add"
    edit_url_name = "wagtailusers_users:edit"
    add_item_label = "邀请成员"
    filterset_class = MemberFilterSet
    search_fields = ("username", "full_name", "shown_email")
    default_ordering = "username"
    verbose_name_plural = "用户"
    any_permission_required = ("view", "change")
    list_export: tuple[str, ...] = ()

    @cached_property
    def columns(self) -> list[Column]:
        """Name, login, mail, roles, last login on this site, and whether the account is open."""
        return [
            self._get_title_column_class(UserColumn)(
                "name", accessor=str, label="姓名", get_url=self.get_edit_url, sort_key="full_name"
            ),
            Column("username", label="登录名", sort_key="username"),
            Column("shown_email", label="电子邮箱"),
            Column("roles", accessor=describe_roles, label="角色"),
            DateColumn("seen_here_at", label="最近登录本站", sort_key="seen_here_at"),
            StatusTagColumn(
                "state",
                accessor=lambda person: "启用" if person.is_active else "账号已停用",
                primary=lambda person: person.is_active,
                label="状态",
            ),
        ]

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        """To see who was invited; to invite is the button beside it."""
        open_ones = Button("未接受的邀请", url=reverse(INVITATIONS), icon_name="mail")
        return [*super().header_more_buttons, open_ones]

    def get_base_queryset(self) -> Any:
        """The people of this site."""
        return list_people_here()

    def get_edit_url(self, instance: Any) -> str | None:
        """Only members are edited; visitors are the centre's."""
        return super().get_edit_url(instance) if instance.is_member else None

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        """What may be done with a member."""
        if not instance.is_member or not self.user_has_permission("change"):
            return []
        links = (("edit", "更改角色", "edit"), ("sessions", "登录会话", "desktop"), ("delete", "移出本站", "bin"))
        return [
            Button(label, url=reverse(f"wagtailusers_users:{name}", args=[instance.pk]), icon_name=icon, priority=place)
            for place, (name, label, icon) in enumerate(links)
        ]


class PeopleView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """What the screens below have in common: rights on memberships, and the way back to the list."""

    model = User
    permission_required: str | None = "change"
    header_icon = "user"
    request: HttpRequest

    @property
    def acting_user(self) -> User:
        """The person of the request; the admin lets nobody else in."""
        return cast(User, self.request.user)

    @cached_property
    def member(self) -> User:
        """The member whom the address names; 404 for everybody who is none of this site's."""
        return get_object_or_404(list_members(), pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, list, here."""
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, {"url": reverse(INDEX), "label": "用户"}, here]


class PeopleFormView(PeopleView, FormView):
    """A form of Wagtail's looks."""

    template_name = "wagtailadmin/generic/form.html"
    submit_label = "保存"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the generic template wants."""
        context = super().get_context_data(**kwargs)
        context["action_url"] = self.request.path
        context["media"] = context["form"].media
        context["submit_button_label"] = context["submit_button_active_label"] = self.submit_label
        return context


class RolesView(PeopleFormView):
    """Roles of a member: the one thing that a site decides about a person."""

    form_class = RolesForm
    page_title = "更改角色"

    def get_page_subtitle(self) -> str:
        """Whose."""
        return f"{self.member}（{self.member.username}）"

    def get_initial(self) -> dict[str, Any]:
        """Roles as they are."""
        return {"roles": sorted(list_roles(self.member))}

    def form_valid(self, form: RolesForm) -> HttpResponse:
        """Change them, or say why not."""
        try:
            change_roles(self.member, form.cleaned_data["roles"], acting_user=self.acting_user)
        except MemberRefused as refusal:
            form.add_error("roles", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"已更改“{self.member}”的角色。")
        return redirect(INDEX)


class InviteView(PeopleFormView):
    """An invitation by mail. The answer is the same whoever is invited."""

    form_class = InvitationForm
    page_title = "邀请成员"
    header_icon = "mail"
    permission_required = "add"
    submit_label = "发出邀请"

    def form_valid(self, form: InvitationForm) -> HttpResponse:
        """Queue it, or say why not."""
        email = form.cleaned_data["email"]
        try:
            invite(email, form.cleaned_data["roles"], acting_user=self.acting_user)
        except InvitationRefused as refusal:
            form.add_error("email", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"邀请将发往 {email}。")
        return redirect(INVITATIONS)


class InvitationsView(PeopleView, TemplateView):
    """Invitations that wait to be accepted."""

    template_name = "site_core/people/invitations.html"
    page_title = "未接受的邀请"
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The open ones."""
        rows = [(invitation, describe_invited_roles(invitation)) for invitation in list_open_invitations()]
        return super().get_context_data(rows=rows, **kwargs)


class WithdrawView(PeopleView):
    """Take an invitation back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """404 for one that is no longer open."""
        withdraw_invitation(get_object_or_404(list_open_invitations(), pk=pk), acting_user=self.acting_user)
        messages.success(request, "已撤回邀请，链接不再有效。")
        return redirect(INVITATIONS)


class RemoveView(PeopleView, TemplateView):
    """Take a member off the site; the account stays, and so does what the person wrote."""

    template_name = "site_core/people/remove.html"
    page_title = "移出本站"
    permission_required = "delete"

    def get_page_subtitle(self) -> str:
        """Whom."""
        return f"{self.member}（{self.member.username}）"

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Remove, or say why not."""
        try:
            remove_member(self.member, acting_user=self.acting_user)
        except MemberRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(INDEX)
        messages.success(request, f"已将“{self.member}”移出本站。")
        return redirect(INDEX)


class MemberSessionsView(PeopleView, TemplateView):
    """Where a member is signed in on this site."""

    template_name = "site_core/people/sessions.html"
    page_title = "登录会话"

    def get_page_subtitle(self) -> str:
        """Whose."""
        return f"{self.member}（{self.member.username}）"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The sessions, and where to post their end."""
        sessions = describe_sessions(self.member, self.request.session.session_key)
        return super().get_context_data(sessions=sessions, end_label="结束全部会话", **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """End the one that the form names, or all of them."""
        handle = request.POST.get("handle", "")
        if handle:
            end_session(self.member, handle, acting_user=self.acting_user)
        else:
            end_sessions(self.member, acting_user=self.acting_user, except_key=request.session.session_key)
        messages.success(request, "已结束登录会话。")
        return redirect(SESSIONS, pk=pk)


class RolesListView(PeopleView, TemplateView):
    """Roles of every site, and what each may do. They are the same everywhere, so nothing is edited here."""

    template_name = "site_core/people/roles.html"
    page_title = "角色"
    header_icon = "group"
    permission_required = None
    any_permission_required = ("view", "change")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Roles with their rights in words."""
        return super().get_context_data(roles=list_described_roles(), **kwargs)


class MemberMenuItem(MenuItem):
    """Shown to whoever may look after members."""

    def is_shown(self, request: HttpRequest) -> bool:
        """By the policy for persons."""
        user = request.user
        return not isinstance(user, AnonymousUser) and policy_registry.get_by_type(User).user_has_any_permission(
            user, ("view", "change")
        )


class MemberURLFinder(ModelAdminURLFinder):
    """Where a person is edited, for reports: members only, as the policy says."""

    edit_url_name = "wagtailusers_users:edit"


class MemberViewSet(ViewSet):
    """Settings > 用户."""

    icon = "user"
    menu_name = "users"
    menu_label = "用户"
    menu_order = 600
    menu_item_class = MemberMenuItem
    add_to_settings_menu = True

    def on_register(self) -> None:
        """Menu item, and the links from reports."""
        super().on_register()
        register_admin_url_finder(User, MemberURLFinder)

    def get_urlpatterns(self) -> list[URLPattern]:
        """Names that Wagtail's templates reverse are kept; those of screens about persons do not exist."""
        return [
            path("", MemberIndexView.as_view(), name="index"),
            path("results/", MemberIndexView.as_view(results_only=True), name="index_results"),
            path("new/", InviteView.as_view(), name="add"),
            path("edit/<int:pk>/", RolesView.as_view(), name="edit"),
            path("delete/<int:pk>/", RemoveView.as_view(), name="delete"),
            path("sessions/<int:pk>/", MemberSessionsView.as_view(), name="sessions"),
            path("invitations/", InvitationsView.as_view(), name="invitations"),
            path("invitations/<int:pk>/withdraw/", WithdrawView.as_view(), name="withdraw"),
        ]


class RoleViewSet(ViewSet):
    """Settings > 角色."""

    icon = "group"
    menu_name = "groups"
    menu_label = "角色"
    menu_order = 601
    menu_item_class = MemberMenuItem
    add_to_settings_menu = True

    def get_urlpatterns(self) -> list[URLPattern]:
        """A list to read, nothing to change."""
        return [path("", RolesListView.as_view(), name="index")]
