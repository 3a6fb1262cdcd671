#pragma once

#include "kernel/node/document_shard.hpp"

#include <weft/transport.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

class Node;
class IdempotencyKeys;

/// What a running server answers from. Outlives all requests.
struct ApiSources {
    Node& node;
    IdempotencyKeys& keys;
    const std::function<std::string(const std::vector<ShardCounters>&)>& render_metrics;  // [any]
    const std::string& plugins_json;
};

/// One HTTP request with the way back to its client. Answered exactly once, from any thread.
class ApiRequest {
public:
    ApiRequest(Transport& transport, HttpRequest request);

    /// "GET" also for HEAD: the transport leaves the body away.
    std::string_view method() const;
    /// As sent, not percent-decoded, without the query.
    std::string_view path() const { return path_; }
    std::string_view query() const { return query_; }
    /// Empty if it was not sent; `name` in lower case. Several lines of one name are joined by commas.
    std::string header(std::string_view name) const;

    const Buffer& body() const { return request_.body; }

    bool reads() const { return method() == "GET"; }

    /// Its answer will have this header beside its own.
    void add_header(std::string name, std::string value);

    /// `watcher` sees the answer before it leaves.
    void watch(UniqueFunction<void(const HttpResponse&)> watcher) { watcher_ = std::move(watcher); }

    void answer(HttpResponse response);

private:
    Transport* transport_;
    HttpRequest request_;
    std::string path_;
    std::string query_;
    std::vector<std::pair<std::string, std::string>> added_headers_;
    UniqueFunction<void(const HttpResponse&)> watcher_;
};

}  // namespace weft
