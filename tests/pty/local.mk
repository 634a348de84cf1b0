# Programs of tests/pty: the dashboard on a real pseudo-terminal.
if HAVE_CMOCKA
check_PROGRAMS += tests/pty/dash
tests_pty_dash_SOURCES = tests/pty/dash.c
tests_pty_dash_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_pty_dash_LDADD = libsample.a libmqui.a libmqcore.a $(NCURSES_LIBS) $(MQ_LIBS)

PTY_TESTS =
PTY_SOURCES = tests/pty/pty.c tests/pty/pty.h
PTY_LIBS = libmqcore.a $(CMOCKA_LIBS) $(MQ_LIBS) -lutil

PTY_TESTS += tests/pty/t_signals
tests_pty_t_signals_SOURCES = tests/pty/t_signals.c $(PTY_SOURCES)
tests_pty_t_signals_LDADD = $(PTY_LIBS)

PTY_TESTS += tests/pty/t_keys
tests_pty_t_keys_SOURCES = tests/pty/t_keys.c $(PTY_SOURCES)
tests_pty_t_keys_LDADD = $(PTY_LIBS)

check_PROGRAMS += $(PTY_TESTS)
TESTS += $(PTY_TESTS)
endif
EXTRA_DIST += tests/pty/README
