# Files of src/poll, for the top-level Makefile.am.
