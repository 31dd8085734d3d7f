"""The memory of processes that send."""

import os

# How glibc gives memory back; who has set a variable keeps it. Each run has threads of its own, and
# glibc gives threads up to eight pools of memory for each core: what one run has freed in one the
# next does not find in another. With one pool, and with what is larger than 128 kB (a claim's rows
# as the database's library holds them) taken from the system and given back alone, a worker that
# sends 200,000 messages on PostgreSQL keeps within a twentieth of what it had after its first run;
# without, it grew by 30 MB. None of it costs time that the bench can see.
_GIVING_BACK = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
}
LEAN = {name: os.environ.get(name, value) for name, value in _GIVING_BACK.items()}
