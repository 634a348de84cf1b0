#ifndef MQ_BASE_I18N_H
#define MQ_BASE_I18N_H

#include <libintl.h>

/* _() looks a message up now; N_() marks one in a table for a later _(). */
#define _(s) gettext(s)
#define N_(s) (s)

#endif
