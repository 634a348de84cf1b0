# Files of src/net, for the top-level Makefile.am.
