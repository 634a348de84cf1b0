# Files of data, for the top-level Makefile.am.
include data/manual/local.mk
nobase_dist_pkgdata_DATA += data/triage/stages.yaml
