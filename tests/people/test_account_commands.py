from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import LedgerEntry, User
from tests.factories import make_person


def test_password_is_reset_and_must_be_changed(db):
    make_person("zhangmou")
    out = StringIO()
    call_command("reset_password", "ZhangMou", stdout=out)
    user = User.objects.get(username="zhangmou")
    assert user.check_password(out.getvalue().strip())
    assert user.must_change_password
    assert LedgerEntry.objects.filter(action="account.password_reset").exists()


def test_account_is_closed_and_stays(db):
    make_person("zhangmou")
    call_command("deactivate_person", "zhangmou", stdout=StringIO())
    assert not User.objects.get(username="zhangmou").is_active


@pytest.mark.parametrize("command", ["reset_password", "deactivate_person"])
def test_unknown_login_is_said(db, command):
    with pytest.raises(CommandError, match="没有登录名"):
        call_command(command, "nobody")
