"""The same migration as in `migrations`."""

from importlib import import_module

Migration = import_module("bench.sample_app.migrations.0001_initial").Migration
