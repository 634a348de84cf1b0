/* What the page of an alert is about where the alert is of no row. */
#include "judged.h"

#include "base/i18n.h"
#include "manual/binding.h"

/* Who is no broker has no row: its page is about it all the same, and about no broker in its place. */
static void binds_those_who_hold_the_metadata(void **state)
{
	struct alert a = {.name = "BrokerDown", .cluster = "orders", .section = SECTION_BROKERS, .row = SIZE_MAX};
	struct ensemble_member m[] = {{.name = "controller-101"}, {.name = "zk-1:2181"}};
	struct section *brokers;
	struct cluster_row *c;
	struct binding b;
	struct judged j;
	size_t n;

	(void)state;
	judged_init(&j, false);
	c = row_of(judged_at(&j, 0), ORDERS, SECTION_CLUSTER, 0);
	c->ensemble = m;
	c->n_ensemble = 2;
	brokers = (struct section *)j.snap->clusters[ORDERS].sections[SECTION_BROKERS];
	n = brokers->n;
	brokers->n = 1;
	a.entity = "controller-101";
	binding_init(&b);
	binding_alert(&b, j.snap, &a);
	assert_string_equal(b.broker, "controller-101");
	assert_null(b.host);
	binding_release(&b);
	a.entity = "zk-1:2181";
	binding_init(&b);
	binding_alert(&b, j.snap, &a);
	assert_string_equal(b.host, "zk-1");
	assert_string_equal(b.port, "2181");
	binding_release(&b);
	/* The rows that were left out are the snapshot's to free. */
	brokers->n = n;
	judged_release(&j);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(binds_those_who_hold_the_metadata),
	};

	i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
