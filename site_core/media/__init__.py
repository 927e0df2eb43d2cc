"""Media in front of Django: public renditions by host, protected files on Django's word.

Public: `/media/<folder>/…` comes out of the store of the site that owns the Host header (leaks.md L17).
Protected: Django answers with `X-Accel-Redirect: /protected/<schema>/<path>` and the layer sends that file in
place of the body. Not here: who may read what (Django decides), and how hosts are looked up (`find_site` is
handed in where the layers are composed).
"""

from .addresses import SiteMedia, find_host, protected_path
from .layer import PUBLIC_FOLDERS, MediaLayer
from .stored import CHUNK_BYTES, MEDIA_CSP

__all__ = ["CHUNK_BYTES", "MEDIA_CSP", "PUBLIC_FOLDERS", "MediaLayer", "SiteMedia", "find_host", "protected_path"]
