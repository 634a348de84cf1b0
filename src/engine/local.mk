# Files of src/engine, for the top-level Makefile.am.
libmqcore_a_SOURCES += src/engine/engine.c src/engine/engine.h src/engine/events.c src/engine/events.h \
	src/engine/frame.c src/engine/news.c src/engine/news.h
EXTRA_DIST += src/engine/README
