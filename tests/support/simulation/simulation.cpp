#include "tests/support/simulation/simulation.hpp"

#include "yjs_crdt.hpp"

namespace weft::sim {

namespace {

constexpr const char* algorithm = "yjs";

}  // namespace

Simulation::Simulation(SimOptions options)
    : options_(std::move(options)), random_(options_.seed),
      crdt_(std::make_unique<yjs::YjsCrdt>(yjs::YjsOptions{})) {
    start();
}

Simulation::~Simulation() {
    crash();
}

void Simulation::start() {
    executors_.push_back(std::make_unique<SimExecutor>(time_));
    executor_ = executors_.back().get();
    workers_ = std::make_unique<SimWorkers>(time_, options_.worker_time);
    storage_ = std::make_unique<SimStorage>(time_, disk_, random_.next());
    transport_ = std::make_unique<SimTransport>(time_, random_.next());
    DocumentPolicy policy = options_.policy;
    policy.unix_ms = [this] { return storage_->unix_ms(); };
    policy.algorithm_for = [](std::string_view) { return std::string(algorithm); };
    node_ = std::make_unique<Node>(
        std::move(policy),
        Node::Seams{{transport_.get()}, *workers_, *storage_, {{algorithm, crdt_.get()}}, log_},
        std::vector<Executor*>{executor_}, http_, random_.next());
    executor_->set_end_of_turn([this] { node_->shard(0).end_of_turn(); });
    node_->bind_transports();
}

void Simulation::crash() {
    executor_->kill();
    node_.reset();
    transport_.reset();
    storage_.reset();
    workers_.reset();
    for (auto& client : clients_) {
        client->on_closed(1006);
    }
}

SimClient& Simulation::client(const std::string& document) {
    clients_.push_back(std::make_unique<SimClient>(*crdt_, random_.next() >> 32, document));
    return *clients_.back();
}

SimClient& Simulation::join(const std::string& document) {
    auto& joined = client(document);
    joined.connect(*transport_);
    return joined;
}

std::string Simulation::stored_text(const std::string& document) const {
    const Result<Loaded> loaded = disk_.load({document});
    if (!loaded || loaded->parts.empty()) {
        return {};
    }
    std::vector<BytesView> updates;
    for (const StoredPart& part : loaded->parts) {
        updates.push_back(part.bytes.view());
    }
    const auto replica = crdt_->create_replica({});
    if (!replica->load(updates)) {
        return "(what is stored does not load)";
    }
    const auto text = replica->text("text", 0, all_units);
    return text ? *text : std::string();
}

}  // namespace weft::sim
