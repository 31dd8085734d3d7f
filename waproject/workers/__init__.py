"""Worker clusters kept alive: the heartbeat, the supervisor, the report on health."""
