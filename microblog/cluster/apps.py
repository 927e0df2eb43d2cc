"""App of the microblog's shared tables."""

from django.apps import AppConfig


class MicroblogClusterConfig(AppConfig):
    """Tables in the shared schema; the microblog itself lives on each site."""

    name = "microblog.cluster"
    label = "microblog_cluster"
    verbose_name = "政务新媒体（网站群）"

    def ready(self) -> None:
        from site_core import reading

        reading.is_not_for_readers("microblog_cluster_")
