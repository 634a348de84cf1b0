# What tests share: deterministic frames.
if HAVE_CMOCKA
check_LIBRARIES += libsample.a
libsample_a_SOURCES = \
	tests/support/sample_frame.c tests/support/sample_frame.h \
	tests/support/sample_kafka.c \
	tests/support/sample_lag.c \
	tests/support/sample_mqtt.c \
	tests/support/sample_nats.c \
	tests/support/sample_parts.h
libsample_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support

# Writes tests/fixtures/demo.frames; run by hand.
EXTRA_PROGRAMS += tests/support/make_demo
tests_support_make_demo_SOURCES = tests/support/make_demo.c
tests_support_make_demo_CPPFLAGS = $(libsample_a_CPPFLAGS)
tests_support_make_demo_LDADD = libsample.a $(TEST_LIBS)

# For tests/support/record_drills.
EXTRA_PROGRAMS += tests/support/newest_frame
tests_support_newest_frame_SOURCES = tests/support/newest_frame.c
tests_support_newest_frame_LDADD = $(TEST_LIBS)
endif

# A server that misbehaves in one way; also a program, for the scripts of tests/brokers.
check_LIBRARIES += libfault.a
libfault_a_SOURCES = tests/support/fault_server.c tests/support/fault_server.h
libfault_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
EXTRA_DIST += tests/fixtures/demo.frames

# A disk under SQLite that fails as it is told.
check_LIBRARIES += libdisk.a
libdisk_a_SOURCES = tests/support/disk_shim.c tests/support/disk_shim.h
libdisk_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
