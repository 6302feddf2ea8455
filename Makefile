# Everything is done by deploy/setup (Python, standard library only); this file only names it.
# PORT, BANGBAN_HOME and BANGBAN_* settings are passed on by the environment.

.DEFAULT_GOAL := help
PYTHON = $(shell sh deploy/setup/find-python.sh)

.PHONY: help run test check bench lock miniprogram

help:
	@echo 'make run     set everything up, then start the product (PORT=8000 BANGBAN_HOME=./var)'
	@echo 'make test    set up and run all tests (TESTS="tests/unit/handoff" ARGS="-k queue")'
	@echo 'make check   format, lint, types, import rules, file sizes'
	@echo 'make bench   compare the product with bare Rasa on this machine'
	@echo 'make lock    compile requirements/*.in into the lock files (UPGRADE=1 takes newer versions)'
	@echo 'make miniprogram  build the WeChat mini-program into miniprogram/dist (docs/miniprogram.md)'
	@echo 'After make run: .venv/bin/bangban --help'

run test check bench lock miniprogram:
	@$(PYTHON) -m deploy.setup $@
