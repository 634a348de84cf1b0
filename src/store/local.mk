# Files of src/store, for the top-level Makefile.am.
libmqcore_a_SOURCES += src/store/record.c src/store/record.h src/store/ledger.c src/store/ledger.h
EXTRA_DIST += src/store/README
