"""`python -m tests.microblog.fakes NAME [--port PORT]`: a fake platform in the foreground. Its first line says where it is."""

import argparse
import importlib
import sys

from tests.microblog.fakes.server import FakeServer


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.microblog.fakes")
    parser.add_argument("name", choices=["weibo", "wechat", "mastodon", "webhook"])
    parser.add_argument("--port", type=int, default=0, help="0 (default): one that is free")
    options = parser.parse_args()
    kind = importlib.import_module(f"tests.microblog.fakes.{options.name}").Fake
    server = FakeServer(kind, options.port)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
