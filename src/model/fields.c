#include "model/section.h"

#include "base/i18n.h"

/* Tables of what the rows are made of. Names are those of the JSON in the design. */

#define TEXT(type, member) {#member, FIELD_TEXT, offsetof(struct type, member), 0, NULL}
#define VALUE(type, member) {#member, FIELD_VALUE, offsetof(struct type, member), 0, NULL}
#define INTEGER(type, member) {#member, FIELD_INT, offsetof(struct type, member), 0, NULL}
#define SERIES(type, member) {#member, FIELD_SERIES, offsetof(struct type, member), 0, NULL}
#define END {NULL, FIELD_TEXT, 0, 0, NULL}

const char *const lag_status_name[] = {"OK", "WARN", "STALL", "STOP", "REWIND", "UNKNOWN"};

const struct metric_info metric_info[METRIC_COUNT] = {
    [METRIC_CONNECTIONS] = {"connections", N_("connections"), UNIT_COUNT},
    [METRIC_SUBSCRIPTIONS] = {"subscriptions", N_("subscriptions"), UNIT_COUNT},
    [METRIC_RETAINED] = {"retained", N_("retained messages"), UNIT_COUNT},
    [METRIC_HEAP] = {"heap_bytes", N_("heap"), UNIT_BYTES},
    [METRIC_MEMORY] = {"memory_bytes", N_("memory"), UNIT_BYTES},
    [METRIC_CPU] = {"cpu_percent", N_("CPU"), UNIT_PERCENT},
    [METRIC_MSGS_IN_RATE] = {"msgs_in_per_s", N_("messages in"), UNIT_PER_S},
    [METRIC_MSGS_OUT_RATE] = {"msgs_out_per_s", N_("messages out"), UNIT_PER_S},
    [METRIC_BYTES_IN_RATE] = {"bytes_in_per_s", N_("bytes in"), UNIT_BYTES_PER_S},
    [METRIC_BYTES_OUT_RATE] = {"bytes_out_per_s", N_("bytes out"), UNIT_BYTES_PER_S},
    [METRIC_RECEIVED] = {"received", N_("received since start"), UNIT_COUNT},
    [METRIC_SENT] = {"sent", N_("sent since start"), UNIT_COUNT},
    [METRIC_DROPPED] = {"dropped", N_("dropped since start"), UNIT_COUNT},
    [METRIC_SLOW_CONSUMERS] = {"slow_consumers", N_("slow consumers since start"), UNIT_COUNT},
    [METRIC_LEADERS] = {"leaders", N_("partitions led"), UNIT_COUNT},
    [METRIC_REPLICAS] = {"replicas", N_("replicas"), UNIT_COUNT},
    [METRIC_JS_MEMORY] = {"js_memory_bytes", N_("JetStream memory"), UNIT_BYTES},
    [METRIC_JS_STORAGE] = {"js_storage_bytes", N_("JetStream storage"), UNIT_BYTES},
    [METRIC_JS_API_ERRORS] = {"js_api_errors", N_("JetStream API errors"), UNIT_COUNT},
    [METRIC_STREAMS] = {"streams", N_("streams"), UNIT_COUNT},
    [METRIC_CONSUMERS] = {"consumers", N_("consumers"), UNIT_COUNT},
    [METRIC_HEALTH] = {"health", N_("own health check"), UNIT_TEXT},
    [METRIC_THROTTLE_MS] = {"throttle_ms", N_("throttled"), UNIT_MS},
    [METRIC_LEADER_SKEW] = {"leader_skew_percent", N_("leaders against a fair share"), UNIT_PERCENT},
    [METRIC_NOT_PREFERRED] = {"leaders_elsewhere", N_("its partitions led elsewhere"), UNIT_COUNT},
    [METRIC_EXPORTER] = {"exporter", N_("its exporter"), UNIT_TEXT},
    [METRIC_ACTIVE_CONTROLLER] = {"active_controller", N_("active controller"), UNIT_COUNT},
    [METRIC_PRODUCE_P99_MS] = {"produce_p99_ms", N_("produce requests, 99th percentile"), UNIT_MS},
    [METRIC_FETCH_P99_MS] = {"fetch_p99_ms", N_("consumer fetches, 99th percentile"), UNIT_MS},
    [METRIC_FOLLOWER_P99_MS] = {"follower_p99_ms", N_("follower fetches, 99th percentile"), UNIT_MS},
    [METRIC_NETWORK_IDLE] = {"network_idle_percent", N_("network threads idle"), UNIT_PERCENT},
    [METRIC_HANDLER_IDLE] = {"handler_idle_percent", N_("request handlers idle"), UNIT_PERCENT},
    [METRIC_JMX_UNDER_REPLICATED] = {"jmx_under_replicated", N_("under-replicated, it says"), UNIT_COUNT},
    [METRIC_JMX_OFFLINE] = {"jmx_offline_partitions", N_("offline partitions, it says"), UNIT_COUNT},
    [METRIC_OFFLINE_DIRS] = {"offline_log_dirs", N_("offline log dirs, it says"), UNIT_COUNT},
    [METRIC_QUORUM_LAG] = {"metadata_lag", N_("metadata records behind"), UNIT_COUNT},
    [METRIC_CANARY_P50_MS] = {"canary_p50_ms", N_("produce to consume, median"), UNIT_MS},
    [METRIC_CANARY_P99_MS] = {"canary_p99_ms", N_("produce to consume, 99th percentile"), UNIT_MS},
    [METRIC_CANARY_LOST] = {"canary_lost", N_("lost canary messages"), UNIT_COUNT},
    [METRIC_PENDING] = {"client_pending_bytes", N_("largest client backlog"), UNIT_BYTES},
    [METRIC_PENDING_PERCENT] = {"client_pending_percent", N_("largest client backlog of max_pending"), UNIT_PERCENT},
    [METRIC_STALLED] = {"stalled_clients", N_("publishers held back since start"), UNIT_COUNT},
    [METRIC_STALE] = {"stale_connections", N_("stale connections since start"), UNIT_COUNT},
    [METRIC_JS_MEMORY_PERCENT] = {"js_memory_percent", N_("JetStream memory used"), UNIT_PERCENT},
    [METRIC_JS_RESERVED_PERCENT] = {"js_reserved_percent", N_("JetStream storage reserved"), UNIT_PERCENT},
    [METRIC_JS_SYNC] = {"js_sync_interval", N_("JetStream files synced"), UNIT_TEXT},
    [METRIC_RAFT_NEEDED] = {"raft_needed", N_("streams and consumers that need it for their majority"), UNIT_COUNT},
    [METRIC_RAFT_NEEDED_WHICH] = {"raft_needed_which", N_("the first of those"), UNIT_TEXT},
    [METRIC_RAFT_ALONE] = {"raft_alone", N_("streams with their only replica on it"), UNIT_COUNT},
    [METRIC_LEAFNODES] = {"leafnodes", N_("leaf nodes"), UNIT_COUNT},
    [METRIC_AUTH_ERRORS] = {"auth_errors", N_("logins refused"), UNIT_COUNT},
};

static const struct field member_fields[] = {
    TEXT(ensemble_member, name),
    TEXT(ensemble_member, kind),
    TEXT(ensemble_member, role),
    TEXT(ensemble_member, state),
    VALUE(ensemble_member, up),
    VALUE(ensemble_member, behind),
    VALUE(ensemble_member, behind_ms),
    VALUE(ensemble_member, latency_ms),
    VALUE(ensemble_member, outstanding),
    END,
};

static const struct row_type member_type = {"ensemble", sizeof(struct ensemble_member), member_fields};

static const struct field cluster_fields[] = {
    VALUE(cluster_row, reachable),
    VALUE(cluster_row, version),
    TEXT(cluster_row, mode),
    TEXT(cluster_row, cluster_id),
    VALUE(cluster_row, controllers),
    VALUE(cluster_row, controller),
    VALUE(cluster_row, voters),
    VALUE(cluster_row, voters_ok),
    {"ensemble", FIELD_ROWS, offsetof(struct cluster_row, ensemble), offsetof(struct cluster_row, n_ensemble),
        &member_type},
    VALUE(cluster_row, brokers_up),
    VALUE(cluster_row, brokers_expected),
    VALUE(cluster_row, system_account),
    TEXT(cluster_row, trouble),
    END,
};

static const struct field broker_fields[] = {
    TEXT(broker_row, id),
    TEXT(broker_row, name),
    TEXT(broker_row, address),
    VALUE(broker_row, up),
    TEXT(broker_row, state),
    VALUE(broker_row, rtt_ms),
    VALUE(broker_row, rtt_p50_ms),
    VALUE(broker_row, rtt_p95_ms),
    VALUE(broker_row, rtt_p99_ms),
    {"controller", FIELD_TRI, offsetof(struct broker_row, controller), 0, NULL},
    VALUE(broker_row, version),
    VALUE(broker_row, uptime_s),
    VALUE(broker_row, memory_percent),
    VALUE(broker_row, cert_days),
    {"metrics", FIELD_METRICS, offsetof(struct broker_row, metrics), offsetof(struct broker_row, n_metrics), NULL},
    SERIES(broker_row, rtt_series),
    END,
};

static const struct field problem_fields[] = {
    TEXT(problem_partition, topic),
    INTEGER(problem_partition, partition),
    INTEGER(problem_partition, leader),
    TEXT(problem_partition, replicas),
    TEXT(problem_partition, isr),
    TEXT(problem_partition, what),
    END,
};

static const struct field stake_fields[] = {
    TEXT(broker_stake, broker),
    INTEGER(broker_stake, only_isr),
    INTEGER(broker_stake, needed_isr),
    INTEGER(broker_stake, moving),
    TEXT(broker_stake, only_example),
    TEXT(broker_stake, needed_example),
    {"voter", FIELD_TRI, offsetof(struct broker_stake, voter), 0, NULL},
    END,
};

static const struct row_type stake_type = {"stakes", sizeof(struct broker_stake), stake_fields};

static const struct row_type problem_type = {"problems", sizeof(struct problem_partition), problem_fields};

static const struct field partition_fields[] = {
    VALUE(partition_row, topics),
    VALUE(partition_row, partitions),
    VALUE(partition_row, under_replicated),
    VALUE(partition_row, offline),
    VALUE(partition_row, under_min_isr),
    VALUE(partition_row, at_min_isr),
    VALUE(partition_row, refusing),
    VALUE(partition_row, reassigning),
    TEXT(partition_row, missing_brokers),
    {"problems", FIELD_ROWS, offsetof(struct partition_row, problems), offsetof(struct partition_row, n_problems),
        &problem_type},
    {"stakes", FIELD_ROWS, offsetof(struct partition_row, stakes), offsetof(struct partition_row, n_stakes),
        &stake_type},
    END,
};

static const struct field lag_partition_fields[] = {
    INTEGER(lag_partition, partition),
    INTEGER(lag_partition, committed),
    INTEGER(lag_partition, end),
    INTEGER(lag_partition, start),
    INTEGER(lag_partition, lag),
    TEXT(lag_partition, member),
    TEXT(lag_partition, error),
    END,
};

static const struct row_type lag_partition_type = {"parts", sizeof(struct lag_partition), lag_partition_fields};

static const struct field lag_fields[] = {
    TEXT(lag_row, group),
    TEXT(lag_row, topic),
    VALUE(lag_row, lag),
    VALUE(lag_row, ack_pending),
    VALUE(lag_row, lag_seconds),
    VALUE(lag_row, lost_in_seconds),
    {"status", FIELD_STATUS, offsetof(struct lag_row, status), 0, NULL},
    TEXT(lag_row, state),
    VALUE(lag_row, members),
    VALUE(lag_row, end_rate),
    VALUE(lag_row, commit_rate),
    VALUE(lag_row, trend),
    VALUE(lag_row, stalled_s),
    VALUE(lag_row, acked_s),
    TEXT(lag_row, why),
    INTEGER(lag_row, worst_partition),
    {"parts", FIELD_ROWS, offsetof(struct lag_row, parts), offsetof(struct lag_row, n_parts), &lag_partition_type},
    SERIES(lag_row, lag_series),
    SERIES(lag_row, lost_series),
    END,
};

static const struct field route_fields[] = {
    TEXT(route_row, server),
    VALUE(route_row, peers),
    VALUE(route_row, expected),
    {"missing", FIELD_TEXTS, offsetof(struct route_row, missing), offsetof(struct route_row, n_missing), NULL},
    TEXT(route_row, detail),
    END,
};

static const struct field client_fields[] = {
    INTEGER(client_row, cid),
    TEXT(client_row, name),
    TEXT(client_row, address),
    TEXT(client_row, user),
    INTEGER(client_row, pending),
    INTEGER(client_row, subscriptions),
    INTEGER(client_row, in_msgs),
    INTEGER(client_row, out_msgs),
    END,
};

static const struct row_type client_type = {"clients", sizeof(struct client_row), client_fields};

static const struct field connection_fields[] = {
    TEXT(connection_row, broker),
    VALUE(connection_row, current),
    VALUE(connection_row, max),
    VALUE(connection_row, percent),
    VALUE(connection_row, slow_total),
    VALUE(connection_row, slow_10m),
    VALUE(connection_row, dropped_total),
    VALUE(connection_row, sent_total),
    VALUE(connection_row, tries_total),
    VALUE(connection_row, drop_percent),
    VALUE(connection_row, drop_tries),
    VALUE(connection_row, drops),
    VALUE(connection_row, timeout_percent),
    VALUE(connection_row, timeouts),
    VALUE(connection_row, timeouts_total),
    VALUE(connection_row, closes_total),
    VALUE(connection_row, connects_per_min),
    VALUE(connection_row, connects_total),
    TEXT(connection_row, why),
    {"clients", FIELD_ROWS, offsetof(struct connection_row, clients), offsetof(struct connection_row, n_clients),
        &client_type},
    SERIES(connection_row, current_series),
    END,
};

static const struct field disk_kept_fields[] = {
    VALUE(disk_kept, longest_s),
    VALUE(disk_kept, room_bytes),
    VALUE(disk_kept, unlimited),
    TEXT(disk_kept, names),
    END,
};

static const struct row_type disk_kept_type = {"kept", sizeof(struct disk_kept), disk_kept_fields};

static const struct field disk_fields[] = {
    TEXT(disk_row, broker),
    TEXT(disk_row, path),
    VALUE(disk_row, used_bytes),
    VALUE(disk_row, total_bytes),
    VALUE(disk_row, percent),
    VALUE(disk_row, data_bytes),
    {"kept", FIELD_ROWS, offsetof(struct disk_row, kept), offsetof(struct disk_row, n_kept), &disk_kept_type},
    TEXT(disk_row, trouble),
    SERIES(disk_row, percent_series),
    END,
};

static const struct field log_entry_fields[] = {
    TEXT(log_entry, level),
    INTEGER(log_entry, count),
    {"first", FIELD_TIME, offsetof(struct log_entry, first), 0, NULL},
    {"last", FIELD_TIME, offsetof(struct log_entry, last), 0, NULL},
    TEXT(log_entry, text),
    END,
};

static const struct row_type log_entry_type = {"entries", sizeof(struct log_entry), log_entry_fields};

static const struct field log_fields[] = {
    TEXT(log_row, broker),
    TEXT(log_row, path),
    VALUE(log_row, readable),
    VALUE(log_row, errors_10m),
    VALUE(log_row, errors_hour),
    VALUE(log_row, fatals_hour),
    TEXT(log_row, state),
    TEXT(log_row, last_error),
    {"entries", FIELD_ROWS, offsetof(struct log_row, entries), offsetof(struct log_row, n_entries), &log_entry_type},
    END,
};

static const struct field fact_fields[] = {
    TEXT(fact_row, name),
    TEXT(fact_row, object),
    {"value", FIELD_VALUE, offsetof(struct fact_row, v), 0, NULL},
    TEXT(fact_row, detail),
    END,
};

static const struct field client_list_fields[] = {
    TEXT(client_list_row, broker),
    VALUE(client_list_row, listed),
    INTEGER(client_list_row, total),
    {"clients", FIELD_ROWS, offsetof(struct client_list_row, clients), offsetof(struct client_list_row, n_clients),
        &client_type},
    END,
};

static const struct field event_fields[] = {
    {"time", FIELD_TIME, offsetof(struct event_row, wall), 0, NULL},
    TEXT(event_row, cluster),
    TEXT(event_row, entity),
    TEXT(event_row, text),
    END,
};

const struct row_type row_types[SECTION_KINDS] = {
    [SECTION_CLUSTER] = {"cluster", sizeof(struct cluster_row), cluster_fields},
    [SECTION_BROKERS] = {"brokers", sizeof(struct broker_row), broker_fields},
    [SECTION_PARTITIONS] = {"partitions", sizeof(struct partition_row), partition_fields},
    [SECTION_LAG] = {"lag", sizeof(struct lag_row), lag_fields},
    [SECTION_ROUTES] = {"routes", sizeof(struct route_row), route_fields},
    [SECTION_CONNECTIONS] = {"connections", sizeof(struct connection_row), connection_fields},
    [SECTION_DISK] = {"disk", sizeof(struct disk_row), disk_fields},
    [SECTION_LOGS] = {"logs", sizeof(struct log_row), log_fields},
    [SECTION_FACTS] = {"facts", sizeof(struct fact_row), fact_fields},
    [SECTION_CLIENTS] = {"client_lists", sizeof(struct client_list_row), client_list_fields},
    [SECTION_EVENTS] = {"events", sizeof(struct event_row), event_fields},
};
