# Files of src/canary, for the top-level Makefile.am: mqduty-canary, the only program that writes to a broker.
bin_PROGRAMS += mqduty-canary
mqduty_canary_SOURCES = \
	src/canary/canary.c src/canary/canary.h \
	src/canary/canary_kafka.c \
	src/canary/canary_mqtt.c \
	src/canary/canary_nats.c \
	src/canary/flight.c src/canary/flight.h
mqduty_canary_LDADD = libmqcore.a $(MQ_LIBS)
EXTRA_DIST += src/canary/README
