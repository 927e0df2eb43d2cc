"""Secrets in the database: unreadable without their key, readable with an older one, found by blind index."""

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.db import connection

from accounts.checks import check_field_keys
from accounts.crypto import SecretUnreadable, blind_index, decrypt, encrypt
from microblog.models import Connection
from tests.microblog.samples import make_account

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


def test_what_stands_in_the_database_says_nothing(in_kongtong):
    account = make_account(in_kongtong, secrets={"access_token": "very-secret"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM microblog_connection")
        stored = cursor.fetchone()[0]
    assert "very-secret" not in stored
    assert Connection.objects.get(account=account).read_secrets() == {"access_token": "very-secret"}


def test_keys_can_be_changed_one_after_the_other(settings):
    settings.FIELD_KEYS = [OLD]
    token = encrypt("13800000000")
    settings.FIELD_KEYS = [NEW, OLD]
    assert decrypt(token) == "13800000000"
    assert decrypt(encrypt("新的")) == "新的"


def test_without_its_key_a_secret_is_lost_and_says_so(settings):
    settings.FIELD_KEYS = [OLD]
    token = encrypt("13800000000")
    settings.FIELD_KEYS = [OTHER]
    with pytest.raises(SecretUnreadable):
        decrypt(token)


def test_the_same_text_looks_different_each_time_and_its_index_the_same():
    assert encrypt("13800000000") != encrypt("13800000000")
    assert blind_index("13800000000", "quiz 1") == blind_index("13800000000", "quiz 1")


def test_an_index_of_one_purpose_says_nothing_of_another():
    assert blind_index("13800000000", "quiz 1") != blind_index("13800000000", "quiz 2")


def test_index_stays_when_a_newer_key_comes(settings):
    settings.FIELD_KEYS = [OLD]
    before = blind_index("13800000000", "quiz 1")
    settings.FIELD_KEYS = [NEW, OLD]
    assert blind_index("13800000000", "quiz 1") == before


def test_nothing_stays_nothing():
    assert encrypt("") == decrypt("") == ""


def test_cluster_that_is_no_demo_needs_a_key_of_its_own(settings):
    settings.CLUSTER_DEMO, settings.FIELD_KEYS_ARE_DEMO = False, True
    assert [found.id for found in check_field_keys()] == ["accounts.E004"]
    settings.FIELD_KEYS_ARE_DEMO = False
    assert check_field_keys() == []
    assert "accounts.E004" not in [found.id for found in run_checks()]
