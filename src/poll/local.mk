# Files of src/poll, for the top-level Makefile.am.
libmqcore_a_SOURCES += src/poll/poller.c src/poll/poller.h
EXTRA_DIST += src/poll/README
