#include "kernel/node/connection_router.hpp"

#include "kernel/document/document_name.hpp"

namespace weft {

namespace {

constexpr std::size_t waiting_bytes_max = 16 * 1024 * 1024;
constexpr std::size_t message_overhead = 64;  // what a waiting message costs beside its payload

std::size_t bytes_of(const std::vector<IncomingMessage>& messages) {
    std::size_t bytes = 0;
    for (const auto& message : messages) {
        bytes += message.payload.size() + message_overhead;
    }
    return bytes;
}

}  // namespace

void ShardEntrance::post_messages(Transport& transport, std::vector<IncomingMessage> messages) {
    const std::size_t bytes = bytes_of(messages);
    if (waiting_bytes_.fetch_add(bytes) + bytes > waiting_bytes_max) {
        pause(transport, messages);
    }
    executor.post([this, &transport, bytes, messages = std::move(messages)]() mutable {
        for (auto& message : messages) {
            shard.on_message({&transport, message.connection.id}, std::move(message.payload));
        }
        if (waiting_bytes_.fetch_sub(bytes) - bytes <= waiting_bytes_max / 2) {
            resume();
        }
    });
}

void ShardEntrance::pause(Transport& transport, const std::vector<IncomingMessage>& messages) {
    const std::lock_guard lock(mutex_);
    for (const auto& message : messages) {
        transport.set_reading(message.connection.id, false);
        paused_.push_back({&transport, message.connection.id});
    }
}

void ShardEntrance::resume() {
    const std::lock_guard lock(mutex_);
    for (const auto& connection : paused_) {
        connection.transport->set_reading(connection.id, true);
    }
    paused_.clear();
}

OpenAnswer ConnectionRouter::on_open(const OpenRequest& request) {
    if (draining_) {
        return {503, "the server restarts", 0};
    }
    if (is_foreign_origin(request.origin, request.host)) {
        return {403, "a page of another site may not open documents here", 0};
    }
    const auto document = document_from_path(request.path);
    if (!document) {
        return {
            400,
            "the path does not name a document: 1 to 512 bytes of UTF-8 without control characters",
            0};
    }
    const bool wants_saved = query_parameter(request.query, "saved") == "1";
    const std::uint64_t index = document_hash(*document) % shards_.size();
    auto& entrance = *shards_[index];
    entrance.executor.post(
        [shard = &entrance.shard, connection = Connection{&transport_, request.id},
         document = *document,
         wants_saved] { shard->open_session(connection, document, wants_saved); });
    return {101, {}, index};
}

void ConnectionRouter::on_messages(std::span<IncomingMessage> messages) {
    std::vector<std::vector<IncomingMessage>> per_shard(shards_.size());
    for (auto& message : messages) {
        per_shard[message.connection.tag].push_back(std::move(message));
    }
    for (std::size_t i = 0; i < per_shard.size(); ++i) {
        if (!per_shard[i].empty()) {
            shards_[i]->post_messages(transport_, std::move(per_shard[i]));
        }
    }
}

void ConnectionRouter::on_writable(std::span<const ConnectionRef> connections) {
    for (const auto& connection : connections) {
        auto& entrance = *shards_[connection.tag];
        entrance.executor.post(
            [shard = &entrance.shard, id = connection.id, transport = &transport_] {
                shard->on_writable({transport, id});
            });
    }
}

void ConnectionRouter::on_close(ConnectionRef connection, std::uint16_t, std::string_view) {
    auto& entrance = *shards_[connection.tag];
    entrance.executor.post([shard = &entrance.shard, id = connection.id, transport = &transport_] {
        shard->close_session({transport, id});
    });
}

void ConnectionRouter::on_http(HttpRequest request) {
    http_.on_request(transport_, std::move(request));
}

bool is_foreign_origin(std::string_view origin, std::string_view host) {
    if (origin.empty()) {
        return false;  // not a browser
    }
    const auto scheme_end = origin.find("://");
    return scheme_end == std::string_view::npos || origin.substr(scheme_end + 3) != host;
}

}  // namespace weft
