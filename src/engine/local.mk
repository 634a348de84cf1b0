# Files of src/engine, for the top-level Makefile.am.
