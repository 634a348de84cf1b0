UNIT_TESTS += tests/unit/t_answers_stay
tests_unit_t_answers_stay_SOURCES = tests/unit/t_answers_stay.c tests/unit/store_folder.h
tests_unit_t_answers_stay_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_answers_stay_LDADD = libdisk.a $(TEST_LIBS)
