# Files of src/report, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/report/periodic.c src/report/periodic.h \
	src/report/audit.c src/report/audit.h \
	src/report/config_check.c src/report/config_check.h \
	src/report/diff.c src/report/diff.h \
	src/report/fault.c src/report/fault.h \
	src/report/incident.c src/report/incident.h \
	src/report/incident_json.c \
	src/report/json.c \
	src/report/json_rows.c \
	src/report/daily.h src/report/markdown.c \
	src/report/md.c src/report/md.h \
	src/report/nagios.c \
	src/report/openmetrics.c \
	src/report/parts.h \
	src/report/inventory.c src/report/inventory.h \
	src/report/plan.c src/report/plan.h \
	src/report/plan_int.h src/report/plan_parts.c \
	src/report/report.c src/report/report.h \
	src/report/restart.c src/report/restart.h \
	src/report/rows.c \
	src/report/selection.c src/report/selection.h \
	src/report/text.c \
	src/report/text_tables.c
EXTRA_DIST += src/report/README
