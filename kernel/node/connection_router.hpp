#pragma once

#include "kernel/node/document_shard.hpp"

#include <weft/transport.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace weft {

/// Answers plain HTTP requests through `Transport::respond`. Called on transport threads, must not block.
class HttpHandler {
public:
    virtual ~HttpHandler() = default;
    virtual void on_request(Transport& transport, HttpRequest request) = 0;
};

/// The way into a shard. Counts the bytes of messages that wait there: over the mark their senders are not
/// read from until the shard has caught up, so a flood cannot grow the queue.
struct ShardEntrance {
    ShardEntrance(Executor& its_executor, DocumentShard& its_shard)
        : executor(its_executor), shard(its_shard) {}

    void post_messages(Transport& transport, std::vector<IncomingMessage> messages);

    Executor& executor;
    DocumentShard& shard;

private:
    void pause(Transport& transport, const std::vector<IncomingMessage>& messages);
    void resume();

    std::atomic<std::size_t> waiting_bytes_ = 0;
    std::mutex mutex_;
    std::vector<Connection> paused_;
};

/// Takes the events of one transport: decides whether a client may open its document, and brings what it
/// says to the shard of that document.
///
/// Threads   Called on the transport's threads.
class ConnectionRouter final : public TransportEvents {
public:
    ConnectionRouter(Transport& transport,
                     const std::vector<std::unique_ptr<ShardEntrance>>& shards, HttpHandler& http,
                     const std::atomic<bool>& draining)
        : transport_(transport), shards_(shards), http_(http), draining_(draining) {}

    OpenAnswer on_open(const OpenRequest& request) override;
    void on_messages(std::span<IncomingMessage> messages) override;
    void on_writable(std::span<const ConnectionRef> connections) override;
    void on_close(ConnectionRef connection, std::uint16_t code, std::string_view reason) override;
    void on_http(HttpRequest request) override;

private:
    Transport& transport_;
    const std::vector<std::unique_ptr<ShardEntrance>>& shards_;
    HttpHandler& http_;
    const std::atomic<bool>& draining_;
};

/// Whether a browser page of another site sent this: its Origin names another host than the request does.
bool is_foreign_origin(std::string_view origin, std::string_view host);

}  // namespace weft
