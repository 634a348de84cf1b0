# Files of src/config, for the top-level Makefile.am.
