#pragma once

#include "kernel/shard/random.hpp"
#include "tests/support/simulation/sim_time.hpp"

#include <weft/transport.hpp>

#include <deque>
#include <map>
#include <string>

namespace weft::sim {

/// The far end of a simulated connection.
class SimPeer {
public:
    virtual ~SimPeer() = default;
    virtual void on_frame(const Buffer& frame) = 0;
    virtual void on_closed(std::uint16_t code) = 0;
    /// A peer that does not read lets frames pile up.
    virtual bool reads() const = 0;
};

/// The fake of the transport seam: frames arrive in order, after a while.
class SimTransport final : public Transport {
public:
    SimTransport(SimTime& time, std::uint64_t seed) : time_(time), random_(seed) {}
    ~SimTransport() override { *alive_ = false; }

    /// Opens a connection at `path`; 0 when the node refuses it.
    ConnectionId connect(SimPeer& peer, const std::string& path, const std::string& query);
    /// Sends a frame to the node.
    void deliver(ConnectionId id, Buffer frame);
    /// The client has gone. What it sent before still arrives.
    void disconnect(ConnectionId id);
    /// The peer reads again: gives it what has piled up.
    void drain(ConnectionId id);

    std::size_t queued_bytes(ConnectionId id) const;
    std::size_t frame_count() const { return frame_count_; }

    void bind(TransportEvents& events) override { events_ = &events; }
    std::vector<std::string> endpoints() const override { return {"sim"}; }
    std::vector<ConnectionId> send(std::vector<OutgoingMessage> batch) override;
    std::vector<ConnectionId> fanout(std::span<const ConnectionId> ids, Buffer payload) override;
    void set_reading(ConnectionId, bool) override {}
    void close(ConnectionId id, std::uint16_t code, std::string_view reason) override;
    void respond(RequestId, HttpResponse) override {}
    void refuse_connections() override { refuses_ = true; }

private:
    struct Link {
        SimPeer* peer = nullptr;
        std::uint64_t tag = 0;
        std::deque<Buffer> queued;
        std::size_t queued_bytes = 0;
        bool over = false;
        Time incoming_until{};
        bool pumping = false;
    };

    bool enqueue(ConnectionId id, const Buffer& payload);
    void pump(ConnectionId id);
    void in_order(Link& link, UniqueFunction<void()> task);
    Duration latency() { return std::chrono::microseconds(100 + random_.below(900)); }

    SimTime& time_;
    Random random_;
    TransportEvents* events_ = nullptr;
    std::map<ConnectionId, Link> links_;
    ConnectionId last_id_ = 0;
    std::size_t frame_count_ = 0;
    bool refuses_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

inline constexpr std::size_t sim_queue_mark = 16 * 1024;

}  // namespace weft::sim
