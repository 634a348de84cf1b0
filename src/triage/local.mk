# Files of src/triage, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/triage/incident.c src/triage/incident.h \
	src/triage/incident_fold.c
EXTRA_DIST += src/triage/README
