/* Reading ops.db once, for a report. */
#include "store/ops_db.h"
#include "store/ops_sql.h"

#include <unistd.h>

static enum ops_rc read_daily(
    const char *state_dir, int64_t from, int64_t to, struct ledger *l, struct err *err)
{
	struct ops_sql sql = {0};
	struct state_dir dir;
	enum ops_rc rc;

	if (state_dir_open(&dir, state_dir, false, err))
		return OPS_FAILED;
	rc = ops_sql_open_read(&sql, &dir, err);
	if (rc == OPS_OK && sql.db)
		rc = ops_sql_load_daily(&sql, from, to, l, err);
	ops_sql_close(&sql);
	state_dir_release(&dir);
	return rc;
}

struct ledger *ops_db_read_daily(const char *state_dir, int64_t from, int64_t to, struct err *err)
{
	struct ledger *l = ledger_new();

	if (access(state_dir, F_OK) || read_daily(state_dir, from, to, l, err) == OPS_OK)
		return l;
	err_prefix(err, "%s", state_dir);
	ledger_unref(l);
	return NULL;
}
