#include "tests/support/simulation/sim_client.hpp"

#include "kernel/assert.hpp"
#include "kernel/presence/presence_codec.hpp"

#include <weft/codec.hpp>

namespace weft::sim {

namespace {

constexpr std::string_view root = "text";
constexpr std::uint8_t type_saved = 120;

}  // namespace

SimClient::SimClient(const Crdt& crdt, std::uint64_t actor, std::string document)
    : actor_(actor), document_(std::move(document)), replica_(crdt.create_replica({actor, 0, 0})) {}

void SimClient::connect(SimTransport& transport) {
    transport_ = &transport;
    close_code_.reset();
    synced_ = false;
    saved_count_ = 0;
    sent_count_ = 0;
    connection_ = transport.connect(*this, "/" + document_, "saved=1");
    Bytes state_vector;
    replica_->state_vector(state_vector);
    send(encode_step1(state_vector));
    if (presence_.contains(actor_)) {
        send_presence();
    }
}

void SimClient::disconnect() {
    if (connection_ != 0) {
        transport_->disconnect(std::exchange(connection_, 0));
    }
    std::erase_if(presence_, [this](const auto& entry) { return entry.first != actor_; });
}

void SimClient::send(Bytes frame) {
    if (connection_ != 0) {
        transport_->deliver(connection_, Buffer(std::move(frame)));
    }
}

void SimClient::send_edit(const Bytes& update) {
    last_update_ = update;
    if (connection_ != 0 && !holds_back_) {
        ++sent_count_;
        send(encode_update(update));
    }
}

void SimClient::insert(std::uint64_t position, const std::string& text) {
    Bytes update;
    const Edit edit = Edit::insert_text(root, position, text);
    WEFT_ASSERT(replica_->edit({&edit, 1}, update).ok());
    send_edit(update);
}

void SimClient::erase(std::uint64_t position, std::uint64_t units) {
    Bytes update;
    const Edit edit = Edit::delete_text(root, position, units);
    WEFT_ASSERT(replica_->edit({&edit, 1}, update).ok());
    send_edit(update);
}

std::string SimClient::text() const {
    auto text = replica_->text(root, 0, all_units);
    return text ? *text : std::string();
}

void SimClient::present(const std::string& json) {
    auto& mine = presence_[actor_];
    mine = {mine.clock + 1, json};
    send_presence();
}

void SimClient::send_presence() {
    const auto& mine = presence_[actor_];
    send(encode_presence(encode_presence_states({{actor_, mine.clock, mine.json}})));
}

std::map<std::uint64_t, std::string> SimClient::others() const {
    std::map<std::uint64_t, std::string> others;
    for (const auto& [client, presence] : presence_) {
        if (client != actor_ && presence.json != "null") {
            others[client] = presence.json;
        }
    }
    return others;
}

void SimClient::read_again() {
    reads_ = true;
    if (connection_ != 0) {
        transport_->drain(connection_);
    }
}

void SimClient::on_closed(std::uint16_t code) {
    close_code_ = code;
    connection_ = 0;
    synced_ = false;
}

void SimClient::on_frame(const Buffer& frame) {
    Reader reader(frame.view());
    if (reader.u8() == type_saved) {
        saved_count_ = reader.varuint();
        return;
    }
    const auto message = decode_sync_message(frame.view());
    WEFT_ASSERT(message.ok());
    switch (message->kind) {
    case SyncMessage::Kind::step1: on_step1(message->payload); break;
    case SyncMessage::Kind::step2:
        synced_ = true;
        apply(message->payload);
        break;
    case SyncMessage::Kind::update: apply(message->payload); break;
    case SyncMessage::Kind::presence: on_presence(message->payload); break;
    default: break;
    }
}

void SimClient::apply(BytesView update) {
    ++updates_received_;
    Applied applied;
    replica_->apply({&update, 1}, {&applied, 1});
    WEFT_ASSERT(applied.code == Code::ok);
}

void SimClient::on_step1(BytesView state_vector) {
    ++step1_received_;
    if (holds_back_) {
        return;
    }
    Bytes diff;
    WEFT_ASSERT(replica_->diff(state_vector, diff).ok());
    ++sent_count_;
    send(encode_step2(diff));
}

void SimClient::on_presence(BytesView bytes) {
    const auto states = decode_presence(bytes, {});
    WEFT_ASSERT(states.ok());
    for (const auto& state : *states) {
        auto& known = presence_[state.client];
        const bool removes_present =
            state.clock == known.clock && state.json == "null" && !known.json.empty();
        if (state.clock > known.clock || removes_present) {
            if (state.client == actor_ && state.json == "null") {
                ++known.clock;
                send_presence();
                continue;
            }
            known = {state.clock, std::string(state.json)};
        }
    }
    if (echoes_presence) {
        send(encode_presence(bytes));
    }
}

}  // namespace weft::sim
