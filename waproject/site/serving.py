"""How gunicorn serves the site: `gunicorn -c python:waproject.site.serving waproject.wsgi`.

For a proxy in front that takes requests in whole before it passes them on (deploy/): a client that
sends slowly would hold a thread here for as long as it likes.
"""

from typing import Any

from waproject.core.gc_tuning import collect_rarely_from_now_on

worker_class = "gthread"
threads = 16
# A process takes few more connections than it has threads. The others wait with the system, in one
# line for all processes: whichever has a thread takes the next, so that of two messages of one
# person the later is not answered by a process that is less behind.
worker_connections = 2 * threads
# A request that hangs is ended after so many seconds, with all that its process is doing.
timeout = 60
graceful_timeout = 25
keepalive = 5
# The admin's filters make long addresses; nothing of ours needs longer lines or more headers.
limit_request_line = 8_190
limit_request_fields = 60
limit_request_field_size = 8_190
control_socket_disable = True
umask = 0o077


def post_worker_init(worker: Any) -> None:
    """Called by gunicorn in each worker when it has loaded the site."""
    collect_rarely_from_now_on()
