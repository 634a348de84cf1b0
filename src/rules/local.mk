# Files of src/rules, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/rules/judgement.c src/rules/judgement.h
