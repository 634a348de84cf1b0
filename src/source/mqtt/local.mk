# Files of src/source/mqtt, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/source/mqtt/audit_facts.c src/source/mqtt/audit_facts.h \
	src/source/mqtt/broker.c src/source/mqtt/broker.h \
	src/source/mqtt/broker_events.c \
	src/source/mqtt/broker_int.h \
	src/source/mqtt/broker_tls.c \
	src/source/mqtt/broker_words.c \
	src/source/mqtt/facts.c src/source/mqtt/facts.h \
	src/source/mqtt/fetch.c src/source/mqtt/fetch.h \
	src/source/mqtt/flavor.c src/source/mqtt/flavor.h \
	src/source/mqtt/guest.c src/source/mqtt/guest.h \
	src/source/mqtt/line.c src/source/mqtt/line.h \
	src/source/mqtt/link.c src/source/mqtt/link.h \
	src/source/mqtt/mqtt.c \
	src/source/mqtt/queue.c src/source/mqtt/queue.h \
	src/source/mqtt/reading.c src/source/mqtt/reading.h \
	src/source/mqtt/refused.c src/source/mqtt/refused.h \
	src/source/mqtt/relay.c src/source/mqtt/relay.h \
	src/source/mqtt/rows.c src/source/mqtt/rows.h \
	src/source/mqtt/stats.c src/source/mqtt/stats.h \
	src/source/mqtt/sys.c src/source/mqtt/sys.h \
	src/source/mqtt/tally.c src/source/mqtt/tally.h \
	src/source/mqtt/tunnel.c src/source/mqtt/tunnel.h
EXTRA_DIST += src/source/mqtt/README
