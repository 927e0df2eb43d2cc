"""App of legal education's shared tables."""

from django.apps import AppConfig


class LegalEducationClusterConfig(AppConfig):
    """Tables in the shared schema."""

    name = "legal_education.cluster"
    label = "legal_cluster"
    verbose_name = "法治宣传（网站群）"
