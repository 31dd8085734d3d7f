"""The site's own settings, and one URL more."""

from waproject.settings import *  # noqa: F403

ROOT_URLCONF = "waproject.lab.bench.site_urls"
