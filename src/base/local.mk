# Files of src/base, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/base/alloc.c src/base/alloc.h \
	src/base/banned.h \
	src/base/buf.c src/base/buf.h \
	src/base/clock.c src/base/clock.h \
	src/base/datadir.c src/base/datadir.h \
	src/base/err.c src/base/err.h \
	src/base/fmt.c src/base/fmt.h \
	src/base/i18n.c src/base/i18n.h \
	src/base/jsonw.c src/base/jsonw.h \
	src/base/kinds.c src/base/kinds.h \
	src/base/log.c src/base/log.h \
	src/base/map.c src/base/map.h \
	src/base/stdio.c src/base/stdio.h \
	src/base/num.h \
	src/base/text.c src/base/text.h \
	src/base/thread.c src/base/thread.h \
	src/base/zone.c src/base/zone.h \
	src/base/zone_posix.c src/base/zone_posix.h
EXTRA_DIST += src/README src/base/README

# The member of the library that brings it in must be asked for: only librdkafka names these symbols.
if TSAN
libmqcore_a_SOURCES += src/base/tsan_c11.c
AM_LDFLAGS += -Wl,-u,thrd_create
else
EXTRA_DIST += src/base/tsan_c11.c
endif
