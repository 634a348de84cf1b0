# Users of one engine, for tests/unit/local.mk.
UNIT_TESTS += tests/unit/t_attach_users
tests_unit_t_attach_users_SOURCES = tests/unit/t_attach_users.c tests/unit/attach_world.h
tests_unit_t_attach_users_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_attach_users_LDADD = libsample.a $(UI_TEST_LIBS)
