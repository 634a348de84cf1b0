# Files of src/rules, for the top-level Makefile.am.
