# Files of src/net, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/net/resolve.c src/net/resolve.h \
	src/net/sock.c src/net/sock.h \
	src/net/via.c src/net/via.h
EXTRA_DIST += src/net/README
