"""What the centre knows of an account: its row in the shared schema, written in the transaction of what it tells of."""

from django.db import transaction

from microblog.cluster.models import AccountStanding
from microblog.models import Account, Connection
from tenants.current import current_site

_OF_ACCOUNT = (
    *("platform", "name", "profile_url", "state"),
    *("verified_body", "filing_number", "filed_on", "responsible_person"),
)
_OF_CONNECTION = ("last_post_at", "token_expires_at", "problem")


def write_standing(account: Account) -> None:
    """The account of the current site as it is in the database now. To be called in the transaction of each change."""
    account = Account.objects.get(pk=account.pk)
    connection = Connection.objects.filter(account=account).first() or Connection()
    values = {name: getattr(account, name) for name in _OF_ACCOUNT}
    values |= {name: getattr(connection, name) for name in _OF_CONNECTION}
    AccountStanding.objects.update_or_create(site_id=current_site().pk, account_id=account.pk, defaults=values)


@transaction.atomic
def change_connection(account_id: int, **values: object) -> None:
    """Write these into the account's connection, and what the centre sees of them."""
    Connection.objects.filter(account_id=account_id).update(**values)
    write_standing(Account(pk=account_id))
