"""Management commands with the settings of an installation that is served over https."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.installation import environment_for

DEPLOY = settings.BASE_DIR / "deploy"
AS_DEPLOYED = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "PUBLIC_BASE_URL": "https://wa.example.com",
    "ALLOWED_HOSTS": "wa.example.com",
}


def manage(database_url: str, *words: str, folder: Path = settings.BASE_DIR) -> tuple[int, str]:
    """The exit code and what manage.py said, with the settings of an installation over https."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=folder,
        env={**environment_for(database_url), **AS_DEPLOYED},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr
