#include "kernel/metrics/shard_samples.hpp"

namespace weft {
namespace {

struct Shown {
    std::uint64_t ShardCounters::*counted;
    MetricKind kind;
    const char* name;
    const char* help;
};

constexpr MetricKind counter = MetricKind::counter;
constexpr MetricKind gauge = MetricKind::gauge;

constexpr Shown rows[] = {
    {&ShardCounters::messages_received, counter, "weft_messages_received_total",
     "Messages that clients have sent"},
    {&ShardCounters::unknown_messages, counter, "weft_messages_unknown_total",
     "Messages of a type that is not known, ignored"},
    {&ShardCounters::updates_applied, counter, "weft_updates_applied_total",
     "Updates that brought something new"},
    {&ShardCounters::updates_duplicate, counter, "weft_updates_duplicate_total",
     "Updates that brought nothing new"},
    {&ShardCounters::updates_refused, counter, "weft_updates_refused_total",
     "Updates that the algorithm refused"},
    {&ShardCounters::updates_parked, counter, "weft_updates_parked_total",
     "Updates with parts that wait for others"},
    {&ShardCounters::updates_dropped_owing, counter, "weft_updates_owing_total",
     "Updates dropped unread while their sender was owing; it sends them again"},
    {&ShardCounters::rows_committed, counter, "weft_rows_committed_total",
     "Updates that the store has taken"},
    {&ShardCounters::appends, counter, "weft_appends_total", "Appends handed to the store"},
    {&ShardCounters::append_retries, counter, "weft_append_retries_total",
     "Appends that were tried again"},
    {&ShardCounters::appends_refused, counter, "weft_appends_refused_total",
     "Appends that the store refused for good"},
    {&ShardCounters::loads, counter, "weft_loads_total", "Documents that were loaded"},
    {&ShardCounters::documents_failed, counter, "weft_documents_failed_total",
     "Documents that need an operator"},
    {&ShardCounters::documents_gone_cold, counter, "weft_documents_gone_cold_total",
     "Documents that left memory while their readers stayed"},
    {&ShardCounters::compactions, counter, "weft_compactions_total",
     "Times that rows became segments"},
    {&ShardCounters::keyframes, counter, "weft_keyframes_total", "Full states that were written"},
    {&ShardCounters::jobs_lost, counter, "weft_history_lost_total",
     "Compactions and thinnings thrown away because another node was faster"},
    {&ShardCounters::digest_alarms, counter, "weft_digest_alarms_total",
     "Times that what is stored was another document than it should be: look into the log"},
    {&ShardCounters::automatic_versions, counter, "weft_automatic_versions_total",
     "Versions that were made by rule"},
    {&ShardCounters::versions_thinned, counter, "weft_versions_thinned_total",
     "Automatic versions that were let go by age"},
    {&ShardCounters::sessions_opened, counter, "weft_sessions_opened_total",
     "Sessions that clients have opened"},
    {&ShardCounters::presence_messages, counter, "weft_presence_messages_total",
     "Presence messages that clients have sent"},
    {&ShardCounters::sessions, gauge, "weft_sessions", "Open sessions"},
    {&ShardCounters::documents, gauge, "weft_documents", "Documents in memory"},
    {&ShardCounters::replica_bytes, gauge, "weft_replica_bytes", "Bytes of documents in memory"},
    {&ShardCounters::uncommitted_bytes, gauge, "weft_uncommitted_bytes",
     "Bytes of updates that the store has not taken yet"},
    {&ShardCounters::log_bytes, gauge, "weft_log_bytes", "Bytes kept for readers that are behind"},
};

}  // namespace

std::vector<MetricSample> shard_samples(const std::vector<ShardCounters>& shards) {
    std::vector<MetricSample> samples;
    for (const Shown& row : rows) {
        std::uint64_t sum = 0;
        for (const ShardCounters& shard : shards) {
            sum += shard.*row.counted;
        }
        samples.push_back({row.kind, row.name, row.help, static_cast<double>(sum), {}});
    }
    return samples;
}

}  // namespace weft
