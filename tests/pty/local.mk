# Programs of tests/pty: the dashboard on a real pseudo-terminal.
if HAVE_CMOCKA
check_PROGRAMS += tests/pty/dash
tests_pty_dash_SOURCES = tests/pty/dash.c
tests_pty_dash_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_pty_dash_LDADD = libsample.a libmqui.a libmqcore.a $(NCURSES_LIBS) $(MQ_LIBS)
endif
