# Real frames, and the faults of one broker beside brokers that are well.
check_PROGRAMS += tests/brokers/kafka_frames
tests_brokers_kafka_frames_SOURCES = tests/brokers/kafka_frames.c
tests_brokers_kafka_frames_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/brokers/t_fault_matrix tests/brokers/fault_matrix.py tests/brokers/fault_proxy.py
