"""The kinds of work that the bench measures, by the words of `--only`."""

from django.utils.module_loading import import_string

from waproject.lab.bench.measuring import Kind

# By name: a process that measures one would hold what the others import, a fifth of a worker's
# memory.
KINDS = {
    "engine": "waproject.lab.bench.sending.engine",
    "launch": "waproject.lab.bench.launching.launch",
    "scale": "waproject.lab.bench.scale.scale",
    "callbacks": "waproject.lab.bench.web.callbacks",
    "inbound": "waproject.lab.bench.web.inbound",
    "burst": "waproject.lab.bench.burst.burst.burst",
    "fuzz": "waproject.lab.bench.fuzz.fuzz.fuzz",
    "neighbours": "waproject.lab.bench.tenants.neighbours.neighbours",
    "log": "waproject.lab.bench.audit.log.log",
    "pages": "waproject.lab.bench.pages.opening.pages",
}


def kind_named(name: str) -> Kind:
    """The function that measures one of KINDS; raises KeyError for another name."""
    kind: Kind = import_string(KINDS[name])
    return kind
