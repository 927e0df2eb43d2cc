"""Static mirror (静态应急): a whole copy of a site as files, which nginx serves when everything else is away."""


def connect_mirrors() -> None:
    """Listen to purges and to the life of sites, and know the jobs. For `AppConfig.ready()`."""
    from accounts.ledger_labels import register_action_labels, register_detail_labels
    from delivery.purge import add_consumer
    from tenants.events import subscribe

    from . import tasks  # noqa: F401 - they register themselves
    from .feeding import note_changes, on_site_event

    register_action_labels({"site.mirrored": "制作归档副本", "site.not_mirrored": "未制作归档副本"})
    register_detail_labels({"responses": "地址数", "size": "字节数", "sha256": "SHA-256"})
    add_consumer(note_changes)
    subscribe(on_site_event)
