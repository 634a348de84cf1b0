# Files of src/source/kafka, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/source/kafka/wire.c src/source/kafka/wire.h \
	src/source/kafka/wire_cluster.c \
	src/source/kafka/wire_codec.c src/source/kafka/wire_codec.h \
	src/source/kafka/wire_groups.c \
	src/source/kafka/wire_offsets.c
EXTRA_DIST += src/source/kafka/README
