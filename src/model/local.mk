# Files of src/model, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/model/fields.c \
	src/model/model.c src/model/model.h \
	src/model/rows.h \
	src/model/section.c src/model/section.h \
	src/model/series.c src/model/series.h \
	src/model/value.c src/model/value.h \
	src/model/verdict.c src/model/verdict.h
EXTRA_DIST += src/model/README
