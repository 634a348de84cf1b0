# Files of po, for the top-level Makefile.am.
