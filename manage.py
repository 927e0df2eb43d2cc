#!/usr/bin/env python
"""Command line of the cluster. Commands of an app that lives inside sites run through `in_site SCHEMA COMMAND`."""

import os
import sys


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_core.settings")
    from tenants.command_line import execute

    execute(sys.argv)


if __name__ == "__main__":
    main()
