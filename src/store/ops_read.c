/* Reading ops.db once, for a report. */
#include "store/ops_db.h"

#include "base/i18n.h"
#include "store/ops_sql.h"

#include <errno.h>
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

struct ledger *ops_db_read_incidents(const char *state_dir, struct err *err)
{
	struct ledger *l = ledger_new();
	struct ops_sql s = {0};
	struct state_dir dir;
	struct err why = {""};

	/* A folder that is not there holds no incidents. */
	if (access(state_dir, F_OK) && errno == ENOENT)
		return l;
	if (state_dir_open(&dir, state_dir, false, err)) {
		ledger_unref(l);
		return NULL;
	}
	if (ops_sql_open_read(&s, &dir, &why) != OPS_OK || (s.db && ops_sql_load_incidents(&s, l, &why) != OPS_OK)) {
		err_set(err, _("the incidents in %s cannot be read: %s"), state_dir, err_msg(&why));
		ledger_unref(l);
		l = NULL;
	}
	ops_sql_close(&s);
	state_dir_release(&dir);
	return l;
}
