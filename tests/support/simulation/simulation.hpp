#pragma once

#include "kernel/node/node.hpp"
#include "tests/support/simulation/sim_client.hpp"
#include "tests/support/simulation/sim_storage.hpp"
#include "tests/support/simulation/sim_time.hpp"
#include "tests/support/simulation/sim_transport.hpp"
#include "tests/support/simulation/sim_workers.hpp"

#include <memory>
#include <string>
#include <vector>

namespace weft::sim {

/// Writes nothing; counts.
class SimLog final : public Log {
public:
    bool enabled(LogLevel) const override { return true; }
    void write(LogLevel level, std::string_view, std::string_view,
               std::span<const LogField>) override {
        errors_ += level == LogLevel::error ? 1 : 0;
    }
    std::size_t errors() const { return errors_; }

private:
    std::size_t errors_ = 0;
};

struct SimOptions {
    std::uint64_t seed = 1;
    DocumentPolicy policy;
    Duration worker_time{};  // what a worker takes for each piece of work
};

/// One node with its clients and its store on one clock. `crash` drops the node without a flush; what the store had committed
/// stays.
class Simulation {
public:
    explicit Simulation(SimOptions options = {});
    ~Simulation();

    /// A client that joins `document` now; it lives as long as the simulation.
    SimClient& join(const std::string& document);
    /// A client that is not connected yet.
    SimClient& client(const std::string& document);
    void connect(SimClient& client) { client.connect(*transport_); }

    void run(Duration duration = std::chrono::milliseconds(500)) { time_.run_for(duration); }

    void crash();
    void start();

    SimTime& time() { return time_; }
    SimWorkers& workers() { return *workers_; }
    SimStorage& storage() { return *storage_; }
    SimTransport& transport() { return *transport_; }
    SimDisk& disk() { return disk_; }
    Node& node() { return *node_; }
    DocumentShard& shard() { return node_->shard(0); }
    SimExecutor& executor() { return *executor_; }
    Random& random() { return random_; }
    SimLog& log() { return log_; }

    /// The text that the store holds, replayed from its rows.
    std::string stored_text(const std::string& document) const;

private:
    class NoHttp final : public HttpHandler {
        void on_request(Transport&, HttpRequest) override {}
    };

    const SimOptions options_;
    Random random_;
    SimTime time_;
    SimDisk disk_;
    SimLog log_;
    NoHttp http_;
    std::unique_ptr<Crdt> crdt_;
    std::vector<std::unique_ptr<SimClient>> clients_;

    // One node's life. Executors of earlier lives stay, since late events may still name them.
    std::vector<std::unique_ptr<SimExecutor>> executors_;
    SimExecutor* executor_ = nullptr;
    std::unique_ptr<SimWorkers> workers_;
    std::unique_ptr<SimStorage> storage_;
    std::unique_ptr<SimTransport> transport_;
    std::unique_ptr<Node> node_;
};

}  // namespace weft::sim
