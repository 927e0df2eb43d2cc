"""Django's connection with the type that it has here: one that knows its schema."""

from typing import cast

from django.db import connection as _connection

from .postgresql_backend.base import DatabaseWrapper

connection = cast(DatabaseWrapper, _connection)
