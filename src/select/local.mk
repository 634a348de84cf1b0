# Files of src/select, for the top-level Makefile.am.
libmqcore_a_SOURCES += src/select/decide.c src/select/say.c src/select/select.h src/select/select_file.c
EXTRA_DIST += src/select/README
nobase_dist_pkgdata_DATA += data/selection/flow.yaml data/selection/matrix.yaml data/selection/requirements.yaml
