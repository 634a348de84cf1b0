# Files of src/config, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/config/check.c \
	src/config/cli.c src/config/cli.h \
	src/config/cli_complete.c \
	src/config/cli_help.c \
	src/config/config.c src/config/config.h \
	src/config/digest.c \
	src/config/errors.c \
	src/config/kafka_properties.c \
	src/config/load.c src/config/load.h \
	src/config/man.c src/config/man.h \
	src/config/nodes.c \
	src/config/options.c src/config/options.h \
	src/config/options_help.c \
	src/config/scalar.c src/config/scalar.h \
	src/config/secrets.c \
	src/config/store.c \
	src/config/tree.c src/config/tree.h
EXTRA_DIST += src/config/README
