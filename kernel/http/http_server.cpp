#include "kernel/http/http_server.hpp"

#include "kernel/http/http_answer.hpp"
#include "kernel/http/routes.hpp"

namespace weft {

void HttpServer::serve(Node& node) {
    sources_.emplace(ApiSources{node, keys_, options_.render_metrics, options_.plugins_json});
    serving_ = true;
}

void HttpServer::on_request(Transport& transport, HttpRequest http_request) {
    ApiRequest request(transport, std::move(http_request));
    if (!serving_) {
        request.answer(error_answer(503, "unavailable", "the server is starting"));
    } else if (auto admitted = cross_origin_.admit(std::move(request))) {
        answer_by_route(*sources_, std::move(*admitted));
    }
}

}  // namespace weft
