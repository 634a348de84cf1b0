TESTS += tests/unit/manners_cli
EXTRA_DIST += tests/unit/manners_cli tests/unit/manners.mk
