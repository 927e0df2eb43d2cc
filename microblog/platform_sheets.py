"""What each platform asks of an account: the fields that it knows, its secrets, and how it is connected. For forms and actions."""

from dataclasses import dataclass, field

from microblog.platforms import Platform

_EVERYWHERE = ("name", "profile_url", "verified_body", "filing_number", "filed_on", "responsible_person")
_SENDING = ("is_preselected", "follow", "hourly_limit", "daily_limit")


@dataclass(frozen=True)
class SecretField:
    """A secret that people enter; it is never shown again."""

    name: str
    label: str
    help_text: str


@dataclass(frozen=True)
class PlatformSheet:
    """Fields of the account's form in order, secrets that people enter, and the one that says that it is connected."""

    own_fields: tuple[str, ...]
    secrets: tuple[SecretField, ...]
    proof: tuple[str, ...]
    """Secrets without which nothing can be sent."""
    steps: tuple[str, ...]
    """What an administrator has to do, in order."""
    help_texts: dict[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields of the form."""
        return (*_EVERYWHERE, *self.own_fields, *_SENDING)


SHEETS: dict[str, PlatformSheet] = {
    Platform.WEIBO: PlatformSheet(
        own_fields=("safe_domain", "may_read", "char_limit"),
        secrets=(
            SecretField("client_id", "App Key", "微博开放平台“应用信息”中的 App Key。"),
            SecretField("client_secret", "App Secret", "同一处的 App Secret。"),
        ),
        proof=("client_id", "client_secret", "access_token"),
        steps=(
            "在微博开放平台登记应用，填写本页下方的授权回调地址，并把本站域名绑定为安全域名。",
            "把 App Key 和 App Secret 填入“凭据”。",
            "点“连接微博”，用该微博帐号登录并同意授权。",
        ),
        help_texts={
            "char_limit": "留空即 140 字。",
            "hourly_limit": "留空即每小时 30 条。",
            "daily_limit": "留空即每日 100 次（含查询）。",
        },
    ),
    Platform.WECHAT: PlatformSheet(
        own_fields=("may_publish",),
        secrets=(
            SecretField("app_id", "AppID", "公众平台“设置与开发 > 开发接口管理”中的开发者 ID。"),
            SecretField("app_secret", "AppSecret", "同一处的开发者密码。"),
        ),
        proof=("app_id", "app_secret"),
        steps=(
            "在公众平台启用开发者密码，并把本系统服务器的公网地址加入 IP 白名单。",
            "把 AppID 和 AppSecret 填入“凭据”。",
            "点“测试连接”。",
        ),
    ),
    Platform.MASTODON: PlatformSheet(
        own_fields=("base_url", "char_limit"),
        secrets=(
            SecretField(
                "access_token",
                "访问令牌",
                "实例“偏好设置 > 开发”中新建应用后得到，权限勾选 read、write:statuses 和 write:media。",
            ),
        ),
        proof=("access_token",),
        steps=("在实例的“偏好设置 > 开发”中新建应用。", "把访问令牌填入“凭据”。", "点“测试连接”。"),
        help_texts={"base_url": "实例的地址，如 https://mastodon.example。", "char_limit": "留空即以实例规定为准。"},
    ),
    Platform.WEBHOOK: PlatformSheet(
        own_fields=("base_url", "char_limit"),
        secrets=(),
        proof=("signing_secret",),
        steps=(
            "填写接收方的地址。",
            "生成签名密钥，交给接收方；密钥只显示一次。",
            "接收方用它核对每次投递的签名。",
        ),
        help_texts={"base_url": "接收方的地址，以 https:// 开头。"},
    ),
}


def sheet_of(platform: str) -> PlatformSheet:
    """The platform's sheet."""
    return SHEETS[platform]
