"""The places of the navigation, as the apps registered them in settings.NAVIGATION."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from django.conf import settings
from django.contrib.admin import AdminSite
from django.utils.module_loading import import_string

from waproject.core.admin.navigation import Entry, Place, logs


def places(site: AdminSite) -> tuple[Place, ...]:
    """All places in the order of the settings; a model that nobody placed stands among the logs."""
    return _joined((*registered(), *_of_homeless(unplaced(site))))


@cache
def registered() -> tuple[Place, ...]:
    """The places as they are registered, before they are joined."""
    return tuple(import_string(path) for path in settings.NAVIGATION)


def unplaced(site: AdminSite) -> list[str]:
    """The models with pages that no place leads to."""
    placed = {link.model for one in registered() for entry in one.entries for link in entry.links}
    labels = [model._meta.label_lower for model in site._registry]
    return [label for label in labels if label not in placed]


@cache
def _joined(parts: tuple[Place, ...]) -> tuple[Place, ...]:
    joined: dict[str, Place] = {}
    for part in parts:
        known = joined.get(part.name)
        if known is None:
            joined[part.name] = replace(part, entries=_entries(part.entries))
            continue
        entries = _entries((*known.entries, *part.entries))
        drawn = known if known.label else part
        joined[part.name] = replace(drawn, entries=entries)
    return tuple(joined.values())


def _entries(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    joined: dict[str, Entry] = {}
    for entry in entries:
        known = joined.get(entry.name)
        joined[entry.name] = replace(known, links=(*known.links, *entry.links)) if known else entry
    return tuple(joined.values())


def _of_homeless(labels: list[str]) -> list[Place]:
    return [logs(*labels)] if labels else []
