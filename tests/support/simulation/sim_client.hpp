#pragma once

#include "kernel/session/sync_protocol.hpp"
#include "tests/support/simulation/sim_transport.hpp"

#include <weft/crdt.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weft::sim {

/// A client as y-websocket's provider behaves: it edits a replica of its own, syncs by state vectors, and keeps what it
/// has while it is offline.
class SimClient final : public SimPeer {
public:
    SimClient(const Crdt& crdt, std::uint64_t actor, std::string document);

    void connect(SimTransport& transport);
    void disconnect();
    bool connected() const { return connection_ != 0; }
    ConnectionId connection() const { return connection_; }

    void insert(std::uint64_t position, const std::string& text);
    void erase(std::uint64_t position, std::uint64_t units);
    std::string text() const;
    Digest digest() const { return replica_->digest(); }

    /// Sets the presence state of this client, or takes it away.
    void present(const std::string& json);
    void absent() { present("null"); }
    /// Presence states of others that it knows, by client id.
    std::map<std::uint64_t, std::string> others() const;
    std::uint64_t actor() const { return actor_; }

    void stop_reading() { reads_ = false; }
    void read_again();

    /// Sends bytes as they are.
    void send_raw(Bytes frame) { send(std::move(frame)); }
    /// An update that leaves out what this client did before: its dependencies are missing elsewhere.
    Bytes last_update() const { return last_update_; }
    /// While held back, edits stay in this client.
    void hold_back_edits(bool on) { holds_back_ = on; }

    bool synced() const { return synced_; }
    std::uint64_t saved_count() const { return saved_count_; }
    std::uint64_t sent_count() const { return sent_count_; }
    std::optional<std::uint16_t> close_code() const { return close_code_; }
    std::size_t updates_received() const { return updates_received_; }
    std::size_t step1_received() const { return step1_received_; }
    bool echoes_presence = false;

    void on_frame(const Buffer& frame) override;
    void on_closed(std::uint16_t code) override;
    bool reads() const override { return reads_; }

private:
    struct Presence {
        std::uint64_t clock = 0;
        std::string json;
    };

    void send(Bytes frame);
    void send_edit(const Bytes& update);
    void send_presence();
    void apply(BytesView update);
    void on_step1(BytesView state_vector);
    void on_presence(BytesView states);

    const std::uint64_t actor_;
    const std::string document_;
    std::unique_ptr<Replica> replica_;
    std::map<std::uint64_t, Presence> presence_;
    SimTransport* transport_ = nullptr;
    ConnectionId connection_ = 0;
    Bytes last_update_;
    bool reads_ = true;
    bool synced_ = false;
    bool holds_back_ = false;
    std::uint64_t saved_count_ = 0;
    std::uint64_t sent_count_ = 0;
    std::size_t updates_received_ = 0;
    std::size_t step1_received_ = 0;
    std::optional<std::uint16_t> close_code_;
};

}  // namespace weft::sim
