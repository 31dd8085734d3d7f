"""The kinds of work that the bench measures, by the words of `--only`."""

from waproject.lab.bench import launching, scale, sending, web
from waproject.lab.bench.measuring import Kind

KINDS: dict[str, Kind] = {
    "engine": sending.engine,
    "launch": launching.launch,
    "scale": scale.scale,
    "callbacks": web.callbacks,
    "inbound": web.inbound,
}
