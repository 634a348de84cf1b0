# Files of src/manual, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/manual/binding.c src/manual/binding.h \
	src/manual/command.c \
	src/manual/front.c \
	src/manual/lint.c src/manual/lint.h \
	src/manual/load.c \
	src/manual/manual.h \
	src/manual/open.c src/manual/open.h \
	src/manual/parse.c src/manual/parse.h \
	src/manual/precheck.c src/manual/precheck.h \
	src/manual/reach.c \
	src/manual/render.c src/manual/render.h \
	src/manual/search.c src/manual/search.h \
	src/manual/step.c
EXTRA_DIST += src/manual/README
