"""Commits an offset for a group that has no members, whatever it is: Apache's own tool clamps it to the end.

    commit_offset.py HOST:PORT,... GROUP TOPIC PARTITION OFFSET
"""
import sys

from kafka_wire import commit

brokers, group, topic, partition, offset = sys.argv[1:]
errors = commit(brokers.split(","), group, topic, int(partition), int(offset))
print("errors of the brokers, 16 from those who do not coordinate it:", errors)
sys.exit(0 if 0 in errors else 1)
