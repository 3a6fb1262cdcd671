#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "author.hpp"
#include "client.hpp"
#include "coverage.hpp"
#include "event_loop.hpp"
#include "histogram.hpp"
#include "process_meter.hpp"

namespace weft::bench {

/// Who writes what and who reads it: each document has writers, who also read each other, and readers.
struct TrafficShape {
    std::uint32_t documents = 1;
    std::uint32_t writers = 1;
    std::uint32_t readers = 100;
    std::uint32_t characters = 17;

    [[nodiscard]] std::uint32_t clients_per_document() const { return writers + readers; }
    [[nodiscard]] std::uint32_t deliveries_per_update() const { return writers + readers - 1; }
};

/// What came of the deliveries: one insert of one writer that one other client received for the first time.
struct Checks {
    std::uint64_t deliveries = 0;
    std::uint64_t missing = 0;       ///< inserts that a client should have and has not, at the end
    std::uint64_t repeated = 0;      ///< clocks that a client got again (harmless, but not free)
    std::uint64_t out_of_order = 0;  ///< ranges that came ahead of a hole
    std::uint64_t wrong_text = 0;    ///< ranges whose text is not what the writer typed
    std::uint64_t foreign = 0;       ///< ranges of clients that nobody here is
    std::uint64_t undecodable = 0;   ///< updates that are no Yjs updates
    std::uint64_t lost_connections = 0;

    [[nodiscard]] bool good() const {
        return missing + wrong_text + foreign + undecodable + lost_connections == 0;
    }
};

struct StepPlan {
    double updates_per_second = 100;
    double warm_up_seconds = 0.5;
    double seconds = 3;
    double drain_seconds = 30;
    std::int64_t late_ns =
        0;  ///< stop early once over 1 % of the step's deliveries took longer; 0: never
};

struct StepResult {
    double updates_per_second = 0;
    double deliveries_per_second = 0;  ///< as offered
    double delivered_per_second = 0;   ///< as arrived, until the last one had
    double seconds = 0;  ///< from the first measured send until everything had arrived
    std::uint64_t updates = 0;
    std::uint64_t deliveries = 0;
    std::uint64_t frames = 0;  ///< WebSocket frames that carried them
    double p50_ms = 0, p90_ms = 0, p99_ms = 0, max_ms = 0;
    double server_cpu_us_per_update = 0, server_cpu_us_per_delivery = 0;
    double server_cpu_share = 0, generator_cpu_share = 0;  ///< of one core
    bool drained = false;
    bool stopped_early = false;
};

/// All connections of a fan-out or many-documents run. Latency counts from the time at which an insert was *due*, not
/// from when the generator got round to it, so a stalled server cannot hide its stall.
class Traffic final : public ClientListener {
public:
    Traffic(EventLoop& loop, const Target& target, const TrafficShape& shape,
            const std::string& document, std::uint64_t seed);

    /// Opens every connection and waits until all are synced. Throws std::runtime_error with the reason if not.
    void open(double timeout_seconds);

    /// Types at a fixed rate, round robin over all writers, then waits until every delivery is in.
    StepResult run(const StepPlan& plan, const ProcessMeter& server);

    /// Compares what every client has with what was typed.
    [[nodiscard]] Checks checks() const;
    [[nodiscard]] const std::string& first_failure() const { return first_failure_; }

    void on_update(Client& client, BytesView update, std::int64_t arrived_ns) override;
    void on_lost(Client& client, const std::string& reason) override;

private:
    struct Document {
        std::string name;
        std::vector<std::unique_ptr<Author>> authors;
    };
    struct Place {
        std::uint32_t document = 0;
        std::vector<Coverage> coverage;  ///< by author of the document
    };

    void type_until(double rate, std::int64_t start_ns, std::int64_t end_ns,
                    std::int64_t late_limit);
    bool drain(double seconds);
    void receive_run(Client& client, Place& place, const struct Run& run, std::int64_t arrived_ns);
    void record(const Author& author, ClockRange range, std::int64_t arrived_ns);
    [[nodiscard]] std::uint64_t outstanding() const { return expected_ - checks_.deliveries; }
    [[nodiscard]] std::uint64_t frames_received() const;

    // Fixed at construction.
    EventLoop& loop_;
    const Target& target_;
    TrafficShape shape_;

    std::vector<Document> documents_;
    std::vector<Place> places_;  ///< by client number
    std::vector<std::unique_ptr<Client>> clients_;
    std::vector<Client*> writers_;
    std::vector<Client*> unflushed_;
    std::size_t next_writer_ = 0;

    Checks checks_;
    std::string first_failure_;
    std::uint64_t expected_ = 0;  ///< deliveries of all that was typed
    std::uint64_t updates_ = 0;
    Histogram latency_;
    std::int64_t measured_from_ns_ = 0;  ///< inserts that were due earlier are warm-up
    std::int64_t late_ns_ = 0;
    std::uint64_t late_ = 0;
};

}  // namespace weft::bench
