# Files of src/manual, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/manual/front.c \
	src/manual/load.c \
	src/manual/manual.h \
	src/manual/parse.c src/manual/parse.h \
	src/manual/step.c
EXTRA_DIST += src/manual/README
