# Files of src/wire, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/wire/attach.c src/wire/attach_int.h src/wire/attach_link.c src/wire/attach_own.c \
	src/wire/engine_link.c src/wire/engine_link.h \
	src/wire/host.c src/wire/host.h \
	src/wire/overlay.c src/wire/overlay.h \
	src/wire/peer.c src/wire/peer.h \
	src/wire/server.c src/wire/server.h \
	src/wire/socket.c src/wire/socket.h \
	src/wire/talk.c src/wire/talk.h \
	src/wire/yield.c src/wire/yield.h \
	src/wire/get_judgement.c \
	src/wire/get_ledger.c \
	src/wire/get_rows.c \
	src/wire/parts.h \
	src/wire/put_judgement.c \
	src/wire/put_ledger.c \
	src/wire/put_rows.c \
	src/wire/reader.c \
	src/wire/record.c \
	src/wire/rules_series.c \
	src/wire/rules_test.c src/wire/rules_test.h src/wire/rules_test_int.h \
	src/wire/replay.c \
	src/wire/wire.h \
	src/wire/writer.c
EXTRA_DIST += src/wire/README
