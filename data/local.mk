# Files of data, for the top-level Makefile.am.
EXTRA_DIST += data/manual/README
