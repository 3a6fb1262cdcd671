#pragma once

#include "kernel/http/cross_origin.hpp"
#include "kernel/http/idempotency_keys.hpp"
#include "kernel/node/connection_router.hpp"

#include <atomic>
#include <functional>
#include <optional>

namespace weft {

class Node;

/// What a server is told about the way it answers.
struct HttpOptions {
    std::function<std::string(const std::vector<ShardCounters>&)>
        render_metrics;                     // gives Prometheus text [any]
    std::string plugins_json;               // what is loaded
    std::vector<std::string> cors_origins;  // pages of these sites may use the API
    std::function<Time()> now;              // [any]
};

/// Everything that is not a WebSocket on a transport's port: the page, health, metrics, and the API.
///
/// Threads   `on_request` on transport threads; answers are given from shards and from the store's threads.
class HttpServer final : public HttpHandler {
public:
    explicit HttpServer(HttpOptions options)
        : options_(std::move(options)), cross_origin_(options_.cors_origins), keys_(options_.now) {}

    /// Until this is called every request is answered with 503. The node outlives all requests. [main], once
    void serve(Node& node);

    void on_request(Transport& transport, HttpRequest request) override;

private:
    const HttpOptions options_;
    const CrossOrigin cross_origin_;
    IdempotencyKeys keys_;
    std::optional<ApiSources> sources_;  // written once, before `serving_`
    std::atomic<bool> serving_ = false;
};

}  // namespace weft
