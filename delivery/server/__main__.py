"""The process above the web processes. It knows nothing of Django, so that it takes a tenth of their memory."""

import sys

from delivery.server.running import run_web

if __name__ == "__main__":
    run_web(host=sys.argv[1], port=int(sys.argv[2]), processes=int(sys.argv[3]))
