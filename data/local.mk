# Files of data, for the top-level Makefile.am.
include data/manual/local.mk
nobase_dist_pkgdata_DATA += data/triage/stages.yaml data/plans/template.yaml

# What is gone through each day.
nobase_dist_pkgdata_DATA += data/checklists/daily.yaml data/checklists/monthly.yaml data/checklists/weekly.yaml data/versions.yaml
EXTRA_DIST += data/checklists/README

dist_doc_DATA += data/systemd/mqduty.service
