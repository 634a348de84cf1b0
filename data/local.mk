# Files of data, for the top-level Makefile.am.
EXTRA_DIST += data/manual/README

# The fault manual, installed to $(pkgdatadir)/data/manual.
nobase_dist_pkgdata_DATA += \
	data/manual/en/kafka-under-replicated.md \
	data/manual/en/mqtt-reconnect-storm.md \
	data/manual/en/mqtt-subscription-explosion.md \
	data/manual/en/nats-broker-down.md \
	data/manual/en/nats-slow-consumers.md \
	data/manual/zh_CN/kafka-under-replicated.md \
	data/manual/zh_CN/mqtt-reconnect-storm.md \
	data/manual/zh_CN/mqtt-subscription-explosion.md \
	data/manual/zh_CN/nats-broker-down.md \
	data/manual/zh_CN/nats-slow-consumers.md
nobase_dist_pkgdata_DATA += data/triage/stages.yaml
