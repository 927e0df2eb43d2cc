"""Sessions of this site, with what their owner needs to recognise and end them."""

from typing import Any

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models


class Session(AbstractBaseSession):
    """One signed-in browser on this site."""

    user_id = models.BigIntegerField("人员编号", null=True, db_index=True)
    address = models.CharField("来源地址", max_length=45, blank=True)
    browser = models.CharField("浏览器", max_length=200, blank=True)
    created_at = models.DateTimeField("登录时间", auto_now_add=True)
    seen_at = models.DateTimeField("最近活动", auto_now=True)

    objects = BaseSessionManager()  # type: ignore[misc] # Django declares it on the class as well

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "登录会话"
        verbose_name_plural = "登录会话"

    def save(self, *args: Any, force_update: bool = False, **kwargs: Any) -> None:
        """Django's store builds the row anew for each save: a later one must not forget when the session began."""
        if force_update:
            kwargs["update_fields"] = ["session_data", "expire_date", "user_id", "address", "browser", "seen_at"]
        super().save(*args, force_update=force_update, **kwargs)

    @classmethod
    def get_session_store_class(cls) -> Any:
        """The store that reads and writes these rows."""
        from site_core.sessions import SessionStore

        return SessionStore
