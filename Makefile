# One word for each habit. `make demo` and `make run` need nothing but Python 3.11 and make.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
# What pytest is given, for example: make test ARGS="tests/contacts -x"
ARGS ?= -n auto

VENV := .venv
PY := $(VENV)/bin/python
MANAGE := $(PY) manage.py
PIP := $(PY) -m pip --disable-pip-version-check --quiet install --require-hashes
# What the stack is given, for example: make run RUN="--write-every 0"
RUN ?=
# What the fault harness is given, for example: make faults FAULTS="--kills 200 --recipients 5000"
FAULTS ?=
# What the bench is given, for example: make bench BENCH="--only engine,launch"
BENCH ?=
# `check --deploy` judges the settings of a site served over https.
AS_DEPLOYED := DEBUG=false PUBLIC_BASE_URL=https://example.com ALLOWED_HOSTS=example.com

.PHONY: help demo run test check fix faults bench lock messages permissions screenshots

help:
	@echo "make demo      the whole loop against the simulator, and the proof that it held"
	@echo "make run       web, workers and simulator on http://localhost:$(PORT) until Ctrl-C"
	@echo "make test      the test suite; options in ARGS, for example ARGS=\"tests/contacts -x\""
	@echo "make check     format, lint, types, floors, migrations, deployment, catalogues"
	@echo "make fix       repair what ruff can repair"
	@echo "make faults    kill real processes while campaigns send, and compare three ledgers"
	@echo "make bench     speed and memory of importing, launching, sending and answering"
	@echo "make lock      compile the hash-locked requirements"
	@echo "make permissions  write docs/permissions.md anew"
	@echo "make screenshots  take the pictures of the documents anew; it needs Chromium"
	@echo "make messages  collect and compile the texts for translation"

demo: $(VENV)/.installed .env
	$(MANAGE) demo $(DEMO)

run: $(VENV)/.installed .env
	$(MANAGE) run_stack --port $(PORT) $(RUN)

# Without compiled files each process of the suite would compile the project and the tests anew.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/.installed-dev
	$(PY) -m pytest $(ARGS)

check: $(VENV)/.installed-dev .env
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	$(AS_DEPLOYED) $(MANAGE) check --deploy --fail-level WARNING
	$(PY) -m pytest -q -p no:randomly tests/waproject/test_catalogues.py tests/waproject/test_permissions_page.py

fix: $(VENV)/.installed-dev
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

faults: $(VENV)/.installed .env
	$(MANAGE) faults $(FAULTS)

bench: $(VENV)/.installed .env
	$(MANAGE) bench_import
	$(MANAGE) bench $(BENCH)

lock: $(VENV)/.installed
	$(PY) -m pip --disable-pip-version-check --quiet install uv
	$(VENV)/bin/uv pip compile --quiet --universal -p 3.11 --generate-hashes --no-strip-extras \
		--custom-compile-command "make lock" -o requirements.txt requirements.in
	$(VENV)/bin/uv pip compile --quiet --universal -p 3.11 --generate-hashes --no-strip-extras \
		--custom-compile-command "make lock" -o requirements-dev.txt requirements-dev.in

messages: $(VENV)/.installed .env
	$(MANAGE) makemessages --all --no-obsolete --no-wrap --add-location file \
		--ignore .venv --ignore var --ignore tests
	@# The day of the collection would change every catalogue each time.
	sed -i '/^"POT-Creation-Date:/d' */locale/*/LC_MESSAGES/django.po
	$(MANAGE) compilemessages --ignore .venv

permissions: $(VENV)/.installed-dev .env
	DJANGO_SETTINGS_MODULE=tests.settings $(PY) -c \
		"import django; django.setup(); from tests.waproject.permissions_page import write; write()"

screenshots: $(VENV)/.installed-dev .env
	$(MANAGE) screenshots

$(VENV)/.installed: requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 was not found. Install it, or name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed, not $$("$(PYTHON)" -V). Name one: make PYTHON=/path/to/python3.11"; exit 1; }
	test -x $(PY) || "$(PYTHON)" -m venv $(VENV)
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(PIP) -r requirements-dev.txt
	@touch $@

.env: | $(VENV)/.installed
	@umask 077 && $(PY) -c 'import secrets, sys; \
	from cryptography.fernet import Fernet; \
	sys.stdout.write(open(".env.example").read() \
	.replace("SECRET_KEY=\n", f"SECRET_KEY={secrets.token_urlsafe(50)}\n", 1) \
	.replace("FIELD_ENCRYPTION_KEYS=\n", f"FIELD_ENCRYPTION_KEYS={Fernet.generate_key().decode()}\n", 1))' > $@.new
	@mv $@.new $@
	@echo "Made .env with a new SECRET_KEY and a new key for credentials."
