#include "kernel/http/http_server.hpp"

#include "kernel/http/http_answer.hpp"
#include "kernel/http/web_page.hpp"
#include "kernel/node/node.hpp"

namespace weft {

namespace {

constexpr std::string_view documents_path = "/api/documents";

bool is_or_is_below(std::string_view path, std::string_view folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

void HttpServer::on_request(Transport& transport, HttpRequest http_request) {
    ApiRequest request(transport, std::move(http_request));
    Node* const node = node_;
    if (node == nullptr) {
        request.answer(error_answer(503, "unavailable", "the server is starting"));
    } else if (!request.reads() &&
               is_foreign_origin(request.header("origin"), request.header("host"))) {
        request.answer(
            error_answer(403, "denied", "a page of another site may not change documents here"));
    } else {
        route(*node, std::move(request));
    }
}

void HttpServer::route(Node& node, ApiRequest request) {
    const std::string path(request.path());
    if (is_or_is_below(path, documents_path)) {
        answer_documents(node, std::move(request),
                         std::string_view(path).substr(documents_path.size()));
    } else if (!request.reads()) {
        auto refused = error_answer(405, "unsupported", "only GET and HEAD are answered here");
        refused.headers.emplace_back("Allow", "GET, HEAD");
        request.answer(std::move(refused));
    } else if (path == "/healthz") {
        request.answer(text_answer(200, "ok\n"));
    } else if (path == "/readyz") {
        answer_ready(node, std::move(request));
    } else if (path == "/metrics") {
        answer_metrics(node, std::move(request));
    } else if (path == "/api/plugins") {
        request.answer(json_answer(200, plugins_json_));
    } else {
        answer_page(std::move(request));
    }
}

void HttpServer::answer_ready(Node& node, ApiRequest request) {
    if (node.draining()) {
        request.answer(text_answer(503, "draining\n"));
        return;
    }
    node.storage().list({{}, {}, 1}, [request = std::move(request)](
                                         Result<std::vector<DocumentStat>> listed) mutable {
        request.answer(
            listed
                ? text_answer(200, "ready\n")
                : text_answer(503, "the store does not answer: " + listed.error().message + "\n"));
    });
}

void HttpServer::answer_metrics(Node& node, ApiRequest request) {
    node.gather<ShardCounters>(
        [](DocumentShard& shard) { return shard.counters(); },
        [this, request = std::move(request)](std::vector<ShardCounters> counters) mutable {
            auto response = text_answer(200, render_metrics_(counters));
            response.headers[0].second = "text/plain; version=0.0.4; charset=utf-8";
            request.answer(std::move(response));
        });
}

void HttpServer::answer_page(ApiRequest request) {
    if (auto page = web_page(request.path(), request.header("if-none-match"))) {
        request.answer(std::move(*page));
    } else {
        request.answer(
            error_answer(404, "not_found", "nothing is served at " + std::string(request.path())));
    }
}

}  // namespace weft
