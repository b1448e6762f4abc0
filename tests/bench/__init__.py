"""Benchmarks: ``python -m tests.bench``. They share the suite's settings."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()
