# Files of src/store, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/store/ledger.c src/store/ledger.h \
	src/store/metrics_chunk.c src/store/metrics_chunk.h \
	src/store/metrics_db.c src/store/metrics_db.h \
	src/store/metrics_int.h \
	src/store/metrics_read.c \
	src/store/metrics_schema.c \
	src/store/metrics_seal.c \
	src/store/metrics_sql.c \
	src/store/metrics_take.c \
	src/store/ops_db.c src/store/ops_db.h \
	src/store/ops_read.c \
	src/store/ops_schema.c \
	src/store/ops_sql.c src/store/ops_sql.h \
	src/store/record.c src/store/record.h \
	src/store/sql.c src/store/sql.h \
	src/store/state_dir.c src/store/state_dir.h
EXTRA_DIST += src/store/README
