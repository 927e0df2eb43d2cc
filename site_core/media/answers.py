"""Answers without a file."""

from werkzeug.wrappers import Response

_REASONS = {
    404: "未找到",
    405: "不支持这种请求方式",
    412: "文件已有变化",
    416: "请求的范围超出文件",
}


def plain(status: int, **headers: str) -> Response:
    """An error in one line that names no site; not for caches, since a 404 may soon be a picture."""
    response = Response(f"{status} {_REASONS[status]}\n", status, mimetype="text/plain")
    response.headers.extend({"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} | headers)
    return response
