# Files of src/ui, for the top-level Makefile.am.
