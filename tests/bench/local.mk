# Programs of tests/bench: built on demand by tests/bench/run, never a timed pass or fail.
EXTRA_PROGRAMS += tests/bench/frame_cost
tests_bench_frame_cost_SOURCES = tests/bench/frame_cost.c
tests_bench_frame_cost_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_bench_frame_cost_LDADD = libsample.a libmqui.a libmqcore.a $(NCURSES_LIBS) $(MQ_LIBS)
EXTRA_PROGRAMS += tests/bench/nats_swarm
tests_bench_nats_swarm_SOURCES = tests/bench/nats_swarm.c
EXTRA_DIST += tests/bench/nats
EXTRA_DIST += tests/bench/run tests/bench/requests tests/bench/ttybench.py
CLEANFILES += $(EXTRA_PROGRAMS)
EXTRA_PROGRAMS += tests/bench/history_size
tests_bench_history_size_SOURCES = tests/bench/history_size.c tests/support/long_history.c tests/support/long_history.h
tests_bench_history_size_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_bench_history_size_LDADD = libmqcore.a $(MQ_LIBS)
EXTRA_PROGRAMS += tests/bench/lag_look
tests_bench_lag_look_SOURCES = tests/bench/lag_look.c
tests_bench_lag_look_LDADD = libmqcore.a $(MQ_LIBS)
EXTRA_DIST += tests/bench/peers tests/bench/frozen
