# Files of src/triage, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/triage/act.c src/triage/act.h \
	src/triage/act_open.c \
	src/triage/drill.c src/triage/drill.h \
	src/triage/incident.c src/triage/incident.h \
	src/triage/incident_fold.c \
	src/triage/look.c \
	src/triage/path.c src/triage/path.h \
	src/triage/stages.c src/triage/stages.h \
	src/triage/words.c src/triage/words.h
EXTRA_DIST += src/triage/README
