# Files of man, for the top-level Makefile.am.
