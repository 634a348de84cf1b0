# Files of src/rules, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/rules/acts.c src/rules/acts.h \
	src/rules/alerts.c \
	src/rules/builtin.c \
	src/rules/checklist.c src/rules/error_logs.c \
	src/rules/day.c src/rules/day.h \
	src/rules/daybook.c src/rules/daybook.h \
	src/rules/checklist_file.c src/rules/checklist_file.h \
	src/rules/condition.c src/rules/condition.h \
	src/rules/flap.c src/rules/flap.h \
	src/rules/mute.c \
	src/rules/news.c \
	src/rules/finding.c src/rules/finding.h \
	src/rules/judge.c src/rules/judge.h \
	src/rules/judgement.c src/rules/judgement.h \
	src/rules/metric_cluster.c \
	src/rules/metric_lag.c \
	src/rules/metric_rest.c \
	src/rules/metric_trend.c \
	src/rules/query.c src/rules/query.h \
	src/rules/query_parse.c \
	src/rules/query_rows.c src/rules/query_rows.h \
	src/rules/restart.c src/rules/restart.h \
	src/rules/own.c src/rules/own.h \
	src/rules/results.c \
	src/rules/rule.h \
	src/rules/rules.c src/rules/rules.h \
	src/rules/state.c \
	src/rules/smooth.c src/rules/smooth.h \
	src/rules/threshold.c src/rules/threshold.h \
	src/rules/tuned.c src/rules/tuned.h \
	src/rules/tuned_yaml.c
EXTRA_DIST += src/rules/README

# The daily checklist as it was when the program was built, as a string.
BUILT_SOURCES += src/rules/checklist_daily.inc
CLEANFILES += src/rules/checklist_daily.inc
src/rules/checklist_daily.inc: $(top_srcdir)/data/checklists/daily.yaml
	$(AM_V_GEN)$(MKDIR_P) src/rules && sed 's/[\\"]/\\&/g; s/^/"/; s/$$/\\n"/' $(top_srcdir)/data/checklists/daily.yaml >$@
src/rules/checklist_file.$(OBJEXT): src/rules/checklist_daily.inc
