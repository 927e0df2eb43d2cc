"""Pictures of the samples: each drawing is kept once a site, whatever number of pages show it."""

from django.core.files.base import ContentFile

from site_core.models import SiteImage
from site_core.sample_art import VARIANTS, describe_scene, draw_scene

_NONE = "none"


def find_picture(scene: str, title: str) -> SiteImage | None:
    """The drawing for a page with that title, made where the site does not have it yet; None for no picture."""
    if scene == _NONE:
        return None
    variant = sum(title.encode()) % VARIANTS
    name = f"示意画 {scene} {variant + 1}（示例）"
    return SiteImage.objects.filter(title=name).first() or SiteImage.objects.create(
        title=name,
        file=ContentFile(draw_scene(scene, variant), name=f"sample-{scene}-{variant + 1}.jpg"),
        description=describe_scene(scene),
    )
