# Files of src/shift, for the top-level Makefile.am.
libmqcore_a_SOURCES += src/shift/handover.c src/shift/handover.h src/shift/handover_kept.c src/shift/handover_past.c src/shift/handover_write.c
EXTRA_DIST += src/shift/README
