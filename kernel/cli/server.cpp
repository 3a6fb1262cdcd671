#include "kernel/cli/server.hpp"

#include "kernel/cli/plugins_json.hpp"
#include "kernel/metrics/shard_samples.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <thread>

namespace weft {
namespace {

using namespace std::chrono_literals;

constexpr auto drain_poll_interval = 20ms;

// A shard that does not answer for so long is taken for one with unsaved edits.
constexpr auto shard_answer_timeout = 1s;

// Tombstones are kept for days.
constexpr auto forget_interval = 1h;

// More would only take the shards' cores away: what they do is work of the processor.
constexpr std::size_t workers_max = 2;

std::size_t shard_count(const Config& config) {
    return config.kernel.shards != 0 ? config.kernel.shards
                                     : std::max(1U, std::thread::hardware_concurrency());
}

DocumentPolicy policy_of(const Config& config) {
    DocumentPolicy policy;
    policy.strict = config.durability == DurabilityPromise::strict;
    policy.flush_interval = config.commit.flush_interval;
    policy.document_bytes_max = config.limits.document_bytes;
    policy.parked_bytes_max = config.limits.parked_bytes;
    // The ceilings are the node's, and each shard has its part of them.
    policy.uncommitted_shard_bytes = std::max(policy.uncommitted_document_bytes,
                                              policy.uncommitted_shard_bytes / shard_count(config));
    policy.log_shard_bytes /= shard_count(config);
    policy.load_shard_bytes /= shard_count(config);
    policy.cold_after = config.documents.idle;
    policy.memory_shard_bytes = config.documents.memory_bytes / shard_count(config);
    policy.text_root = config.crdt.text_root;
    policy.history = {config.compaction.updates, config.compaction.idle,
                      config.versions.quiet,     config.versions.interval,
                      config.versions.keep_all,  config.versions.keep_hourly,
                      config.versions.keep_daily};
    policy.unix_ms = [] {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    };
    policy.algorithm_for = [&config](std::string_view document) {
        return config.crdt.plugin_for(document);
    };
    return policy;
}

CrdtCatalog catalog_of(const PluginSet& plugins) {
    CrdtCatalog catalog;
    for (const auto& plugin : plugins.crdts) {
        catalog.emplace(plugin->description().name, plugin->crdt());
    }
    return catalog;
}

}  // namespace

/// A node that is alone hears nothing on its bus.
class Server::IgnoredBusEvents final : public BusEvents {
public:
    explicit IgnoredBusEvents(Log& log) : log_(log) {}

    void on_messages(std::span<BusMessage>) override {}
    void on_link(bool up, std::string_view detail) override {
        log_.info("bus", up ? "link up" : "link down", {{"detail", detail}});
    }

private:
    Log& log_;
};

Server::Server(const Config& config, PluginSet& plugins, Log& log, Metrics& metrics,
               std::uint64_t seed)
    : config_(config), plugins_(plugins), log_(log),
      bus_events_(std::make_unique<IgnoredBusEvents>(log)),
      http_({[&metrics](const auto& shards) { return metrics.render(shard_samples(shards)); },
             plugins_json(plugins), config.http.cors,
             [] { return std::chrono::steady_clock::now().time_since_epoch(); }}) {
    std::vector<Executor*> executors;
    for (std::size_t i = 0; i < shard_count(config); ++i) {
        threads_.push_back(std::make_unique<ShardThread>("shard-" + std::to_string(i)));
        executors.push_back(threads_.back().get());
    }
    std::vector<Transport*> transports;
    for (const auto& plugin : plugins.transports) {
        transports.push_back(plugin->transport());
    }
    const Node::Seams seams{std::move(transports), workers_, *plugins.storage->storage(),
                            catalog_of(plugins), log};
    node_ = std::make_unique<Node>(policy_of(config), seams, executors, http_, seed);
}

Server::~Server() {
    stop();
}

Result<void> Server::start() {
    plugins_.bus->bus()->bind(*bus_events_);
    node_->bind_transports();
    start_shards();
    http_.serve(*node_);
    auto started = start_plugins();
    if (started) {
        forget_tombstones();
    }
    return started;
}

/// Now, and again every hour: what was deleted longer ago than `deleted.keep` leaves no trace.
void Server::forget_tombstones() {
    using namespace std::chrono;
    const auto before = system_clock::now() - config_.deleted.keep;
    const ForgetRequest request{duration_cast<milliseconds>(before.time_since_epoch()).count()};
    plugins_.storage->storage()->forget_tombstones(request, [this](Result<Forgotten> forgotten) {
        if (!forgotten) {
            log_.warning("server", "old tombstones were not forgotten",
                         {{"reason", forgotten.error().message}});
        }
    });
    node_->after(forget_interval, [this] { forget_tombstones(); });
}

void Server::start_shards() {
    std::size_t index = 0;
    for (const auto& thread : threads_) {
        thread->start([shard = &node_->shard(index)] { shard->end_of_turn(); });
        ++index;
    }
    workers_.start(std::min(workers_max, shard_count(config_)));
}

Result<void> Server::start_plugins() {
    std::vector<LoadedPlugin*> in_order{plugins_.storage.get(), plugins_.bus.get()};
    for (const auto& plugin : plugins_.crdts) {
        in_order.push_back(plugin.get());
    }
    for (const auto& plugin : plugins_.transports) {
        in_order.push_back(plugin.get());
    }
    for (LoadedPlugin* plugin : in_order) {
        if (auto started = plugin->start(); !started) {
            return started;
        }
        if (plugin == plugins_.storage.get()) {
            if (auto kept = check_started_storage(config_, plugins_); !kept) {
                return kept;
            }
        }
    }
    return {};
}

std::vector<std::string> Server::endpoints() const {
    std::vector<std::string> all;
    for (const auto& plugin : plugins_.transports) {
        for (std::string& endpoint : plugin->transport()->endpoints()) {
            all.push_back(std::move(endpoint));
        }
    }
    return all;
}

Drained Server::drain(const ShutdownSignals& signals) {
    log_.info("server", "draining", {{"timeout", format_duration(config_.drain.timeout)}});
    node_->drain(config_.drain.spread);
    for (const auto& plugin : plugins_.transports) {
        plugin->drain();
    }
    if (!wait_until_drained(signals)) {
        return Drained::unsaved;
    }
    stop();
    return Drained::all_saved;
}

bool Server::wait_until_drained(const ShutdownSignals& signals) {
    const auto deadline = std::chrono::steady_clock::now() + config_.drain.timeout;
    while (!ask_shards([](DocumentShard& shard) { return shard.drained(); })) {
        if (signals.arrives_within(drain_poll_interval)) {
            log_.warning("server", "a second signal: ending at once");
            return false;
        }
        if (std::chrono::steady_clock::now() >= deadline) {
            const bool saved =
                ask_shards([](DocumentShard& shard) { return !shard.has_unsaved_edits(); });
            log_.warning("server", "drain.timeout has passed", {{"all_saved", saved}});
            return saved;
        }
    }
    return true;
}

/// Whether all shards answer yes.
bool Server::ask_shards(bool (*question)(DocumentShard&)) {
    const auto answered = std::make_shared<std::promise<bool>>();
    auto answer = answered->get_future();
    node_->gather<char>(
        [question](DocumentShard& shard) { return static_cast<char>(question(shard)); },
        [answered](std::vector<char> answers) {
            answered->set_value(std::ranges::all_of(answers, [](char yes) { return yes != 0; }));
        });
    return answer.wait_for(shard_answer_timeout) == std::future_status::ready && answer.get();
}

/// Doors first, then the store, whose last completions the shards still take.
void Server::stop() {
    for (const auto& plugin : plugins_.transports) {
        plugin->stop();
    }
    workers_.stop();
    plugins_.storage->stop();
    plugins_.bus->stop();
    for (const auto& plugin : plugins_.crdts) {
        plugin->stop();
    }
    for (const auto& thread : threads_) {
        thread->stop();
    }
}

}  // namespace weft
