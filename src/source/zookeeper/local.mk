# Files of src/source/zookeeper, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/source/zookeeper/answer.c src/source/zookeeper/answer.h \
	src/source/zookeeper/zookeeper.c src/source/zookeeper/zookeeper.h
EXTRA_DIST += src/source/zookeeper/README
