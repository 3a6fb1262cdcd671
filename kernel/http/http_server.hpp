#pragma once

#include "kernel/http/api.hpp"
#include "kernel/node/connection_router.hpp"

#include <atomic>
#include <functional>

namespace weft {

class Node;

/// Everything that is not a WebSocket on a transport's port: the page, health, metrics, and the API.
///
/// Threads   `on_request` on transport threads; answers are given from shards and from the store's threads.
class HttpServer final : public HttpHandler {
public:
    /// `render_metrics` gives Prometheus text and `plugins` the JSON of what is loaded. [any]
    HttpServer(std::function<std::string(const std::vector<ShardCounters>&)> render_metrics,
               std::string plugins_json)
        : render_metrics_(std::move(render_metrics)), plugins_json_(std::move(plugins_json)) {}

    /// Until this is called every request is answered with 503. The node outlives all requests.
    void serve(Node& node) { node_ = &node; }

    void on_request(Transport& transport, HttpRequest request) override;

private:
    void route(Node& node, ApiRequest request);
    void answer_ready(Node& node, ApiRequest request);
    void answer_metrics(Node& node, ApiRequest request);
    void answer_page(ApiRequest request);

    const std::function<std::string(const std::vector<ShardCounters>&)> render_metrics_;
    const std::string plugins_json_;
    std::atomic<Node*> node_ = nullptr;
};

}  // namespace weft
