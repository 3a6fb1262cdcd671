#include "kernel/http/cross_origin.hpp"

#include "kernel/http/http_answer.hpp"
#include "kernel/http/routes.hpp"
#include "kernel/node/connection_router.hpp"

#include <algorithm>

namespace weft {

namespace {

constexpr std::string_view api_path = "/api/";

/// A browser asks whether a page may send a request that a form could not.
bool is_preflight(const ApiRequest& request) {
    return request.method() == "OPTIONS" && !request.header("origin").empty() &&
           !request.header("access-control-request-method").empty();
}

HttpResponse preflight_answer(const std::string& methods) {
    auto response = empty_answer(204);
    response.headers.emplace_back("Access-Control-Allow-Methods", methods);
    response.headers.emplace_back("Access-Control-Allow-Headers",
                                  "Content-Type, If-Match, If-None-Match, Idempotency-Key");
    response.headers.emplace_back("Access-Control-Max-Age", "600");
    return response;
}

}  // namespace

std::optional<ApiRequest> CrossOrigin::admit(ApiRequest request) const {
    const std::string origin = request.header("origin");
    const bool is_foreign = is_foreign_origin(origin, request.header("host"));
    const bool is_of_api = request.path().starts_with(api_path);
    const bool is_allowed =
        is_foreign && is_of_api && std::ranges::find(origins_, origin) != origins_.end();
    if (is_of_api && !origins_.empty()) {
        request.add_header("Vary", "Origin");
    }
    if (is_allowed) {
        request.add_header("Access-Control-Allow-Origin", origin);
        request.add_header("Access-Control-Expose-Headers", "ETag, Retry-After");
    }
    if (is_foreign && !is_allowed && !request.reads()) {
        request.answer(
            error_answer(403, "denied", "a page of another site may not change documents here"));
        return std::nullopt;
    }
    const std::string methods = allowed_methods(request.path());
    if (is_allowed && is_preflight(request) && !methods.empty()) {
        request.answer(preflight_answer(methods));
        return std::nullopt;
    }
    return request;
}

}  // namespace weft
