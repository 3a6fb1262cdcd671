// One node in a process of its own: threads for its shards, plugins that run, and the end of both.
#pragma once

#include "kernel/cli/plugin_set.hpp"
#include "kernel/cli/shutdown_signals.hpp"
#include "kernel/config/config.hpp"
#include "kernel/http/http_server.hpp"
#include "kernel/log/log.hpp"
#include "kernel/metrics/metrics.hpp"
#include "kernel/node/node.hpp"
#include "kernel/shard/shard_thread.hpp"
#include "kernel/shard/workers.hpp"

#include <memory>
#include <string>
#include <vector>

namespace weft {

/// How `Server::drain` ended.
enum class Drained {
    all_saved,  // everything has stopped in order
    unsaved,    // drain.timeout passed, or a second signal came, with edits that are not stored
};

/// Threads   [main]
/// Lifetime  Everything passed in outlives it.
class Server {
public:
    Server(const Config& config, PluginSet& plugins, Log& log, Metrics& metrics,
           std::uint64_t seed);
    ~Server();

    /// Opens the store, then the doors. After a failure the server is only destroyed.
    Result<void> start();

    /// "http://127.0.0.1:8000" of every transport.
    std::vector<std::string> endpoints() const;

    /// Sends the clients away, waits until everything is stored, then stops. With `unsaved` threads still run and plugins still hold
    /// what they hold: the process ends as in a crash, which loses nothing that anyone was promised.
    Drained drain(const ShutdownSignals& signals);

private:
    class IgnoredBusEvents;

    Result<void> start_plugins();
    void start_shards();
    void forget_tombstones();
    bool wait_until_drained(const ShutdownSignals& signals);
    bool ask_shards(bool (*question)(DocumentShard&));
    void stop();

    const Config& config_;
    PluginSet& plugins_;
    Log& log_;
    std::unique_ptr<IgnoredBusEvents> bus_events_;
    HttpServer http_;
    std::vector<std::unique_ptr<ShardThread>> threads_;
    WorkerThreads workers_;
    std::unique_ptr<Node> node_;
};

}  // namespace weft
