# Files of src/net, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/net/http.c src/net/http.h \
	src/net/http_cert.c src/net/http_cert.h \
	src/net/http_via.c src/net/http_via.h \
	src/net/http_words.c src/net/http_words.h \
	src/net/resolve.c src/net/resolve.h \
	src/net/sock.c src/net/sock.h \
	src/net/tls.c src/net/tls.h src/net/tls_int.h \
	src/net/tls_client.c src/net/tls_words.c \
	src/net/via.c src/net/via.h
EXTRA_DIST += src/net/README
