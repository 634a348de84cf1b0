# Files of src/wire, for the top-level Makefile.am.
