# Files of data, for the top-level Makefile.am.
