# Files of src/source and its families, for the top-level Makefile.am.
