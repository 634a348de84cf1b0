# Files of data, for the top-level Makefile.am.
include data/manual/local.mk
nobase_dist_pkgdata_DATA += data/triage/stages.yaml

nobase_dist_pkgdata_DATA += \
	data/manual/en/kafka-consumer-lag.md \
	data/manual/en/kafka-group-stalled.md \
	data/manual/zh_CN/kafka-consumer-lag.md \
	data/manual/zh_CN/kafka-group-stalled.md

# What is gone through each day.
nobase_dist_pkgdata_DATA += data/checklists/daily.yaml
EXTRA_DIST += data/checklists/README
