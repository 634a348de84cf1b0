# Files of src/ui, for the top-level Makefile.am.
libmqui_a_SOURCES += \
	src/ui/actions.c src/ui/actions.h \
	src/ui/app.c src/ui/app.h \
	src/ui/canvas.c src/ui/canvas.h \
	src/ui/cell_value.c \
	src/ui/colour.c \
	src/ui/chrome.c src/ui/chrome.h \
	src/ui/grid.c \
	src/ui/panes.c \
	src/ui/plot.c src/ui/plot.h \
	src/ui/segments.c src/ui/segments.h \
	src/ui/tiny.c \
	src/ui/desk.c \
	src/ui/triage.h \
	src/ui/ui_triage.c \
	src/ui/ui_triage_open.c \
	src/ui/view_triage.c \
	src/ui/view_incidents.c \
	src/ui/view_alerts.c \
	src/ui/view_brokers.c \
	src/ui/view_checklist.c \
	src/ui/view_clients.c \
	src/ui/view_connections.c \
	src/ui/view_disk.c \
	src/ui/view_events.c \
	src/ui/view_evidence.c \
	src/ui/view_lag.c \
	src/ui/view_logs.c \
	src/ui/ui_manual.c src/ui/view_page.c src/ui/view_page.h src/ui/page_arg.c src/ui/view_faults.c src/ui/view_plan.c src/ui/view_rules.c src/ui/view_changed.c src/ui/view_changed.h \
	src/ui/view_metrics.c \
	src/ui/view_overview.c \
	src/ui/view_partitions.c \
	src/ui/view_peers.c \
	src/ui/view_problems.c \
	src/ui/view_quorum.c \
	src/ui/view_restart.c \
	src/ui/view_routes.c \
	src/ui/view_series.c \
	src/ui/view_util.c \
	src/ui/views.h \
	src/ui/filter.c src/ui/filter.h \
	src/ui/graph.c \
	src/ui/history.c src/ui/history.h src/ui/past.c src/ui/past.h src/ui/past_draw.c src/ui/ui_history.c \
	src/ui/guard.c src/ui/guard.h \
	src/ui/guard_parent.c src/ui/guard_parent.h \
	src/ui/key.c src/ui/key.h \
	src/ui/layout.c src/ui/layout.h \
	src/ui/plain.c \
	src/ui/popup.c \
	src/ui/reload.c src/ui/reload.h \
	src/ui/prompt.c src/ui/prompt.h \
	src/ui/row_list.c \
	src/ui/table_order.c \
	src/ui/term.c src/ui/term.h \
	src/ui/term_copy.c \
	src/ui/theme.c src/ui/theme.h \
	src/ui/theme_file.c \
	src/ui/ui.c src/ui/ui.h \
	src/ui/acts.c src/ui/acts.h \
	src/ui/ui_acts.c src/ui/ui_acts_int.h \
	src/ui/ui_verbs.c \
	src/ui/handover.h src/ui/ui_handover.c src/ui/view_handover.c \
	src/ui/ui_daily.c \
	src/ui/lists.c src/ui/lists.h src/ui/view_list.c src/ui/view_item.c src/ui/ui_lists.c \
	src/ui/judging.c src/ui/judging.h \
	src/ui/selecting.h src/ui/view_select.c src/ui/ui_select.c \
	src/ui/ui_draw.c \
	src/ui/ui_keys.c \
	src/ui/ui_state.c \
	src/ui/ui_typing.c \
	src/ui/widget_table.c src/ui/widget_table.h \
	src/ui/view.h
EXTRA_DIST += src/ui/README
