#ifndef MQ_UI_VIEW_CHANGED_H
#define MQ_UI_VIEW_CHANGED_H

#include <stdint.h>

/* The arg of view_changed: what happened in this cluster before `since` (wall ns; 0: before now). label says what
 * began then. The caller frees it. */
char *changed_arg(int64_t since_wall, const char *cluster, const char *label);

#endif
