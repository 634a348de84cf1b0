# Files of src/report, for the top-level Makefile.am.
