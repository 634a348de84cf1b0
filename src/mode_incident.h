#ifndef MQ_MODE_INCIDENT_H
#define MQ_MODE_INCIDENT_H

#include "config/config.h"
#include "engine/engine.h"
#include "select/select.h"
#include "store/state_dir.h"

#include <stdbool.h>

/*
 * Reports of incidents as files: state_dir/incidents/ID.md and ID.json, and the
 * emergency plan state_dir/plans/FAULT.md. The dashboard has them written when an
 * incident is closed; the disk may hang, so a thread writes.
 */
struct report_files;

/* config may be NULL (a recording): then nothing is written, and said so. One thread. */
struct report_files *report_files_new(const struct config *config);
/* From now on with this one, as long-lived as the program. */
void report_files_configure(void *arg, const struct config *config);

/* Begins to write; the texts are made before it returns. incident: its id or the id of the record that opened it. */
void report_files_write(void *arg, const struct frame *f, const char *incident);

/* The same with a decided selection: state_dir/decisions/NAME.md, and NAME.yaml with its answers. */
void decision_files_write(void *arg, const struct selection *s, const char *name);
int decision_write_now(
    const struct config *config, const struct selection *sel, const char *name, char *out, size_t size, struct err *err);

/* What became of it, once: a sentence for the operator. false: nothing new. */
bool report_files_said(void *arg, char *out, size_t size);

/* The emergency plan of a fault, for the screen (plan_for_screen()), from what the frame and the configuration know. */
int report_files_plan(void *arg, const struct frame *f, const char *fault, struct buf *out, struct err *err);

/* "plans/FAULT.md" below state_dir, or "plans/FAULT.zh_CN.md": one a language. false: no name for a file. */
bool plan_file_name(const char *fault, char *out, size_t size);

/* A file below state_dir, whole or not at all: what was there stays until the new one is on disk. May wait for the disk. */
int state_file_write(const struct state_dir *dir, const char *name, const struct buf *text, struct err *err);

#endif
