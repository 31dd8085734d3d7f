"""The one account the simulator knows. Public on purpose: it opens nothing anywhere else."""

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "simulator"  # noqa: S105

# The number a messaging service sends from here, without a channel's prefix.
SERVICE_NUMBER = "+56226180000"
API_VERSION = "2010-04-01"
