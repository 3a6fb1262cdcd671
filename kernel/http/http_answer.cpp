#include "kernel/http/http_answer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace weft {

namespace {

HttpResponse answer(std::uint16_t status, std::string_view type, BytesView body) {
    HttpResponse response;
    response.status = status;
    response.headers = {{"Content-Type", std::string(type)}, {"Cache-Control", "no-store"}};
    response.body = Buffer::copy_of(body);
    return response;
}

std::uint16_t status_of(Code code) {
    switch (code) {
    case Code::not_found: return 404;
    case Code::conflict: return 409;
    case Code::limit: return 413;
    case Code::denied: return 403;
    case Code::invalid: return 400;
    case Code::unsupported: return 422;
    case Code::internal:
    case Code::state: return 500;
    default: return 503;
    }
}

}  // namespace

HttpResponse text_answer(std::uint16_t status, std::string_view body) {
    return answer(status, "text/plain; charset=utf-8", as_bytes(body));
}

HttpResponse json_answer(std::uint16_t status, std::string_view json) {
    return answer(status, "application/json", as_bytes(json));
}

HttpResponse bytes_answer(std::uint16_t status, BytesView body) {
    return answer(status, "application/octet-stream", body);
}

HttpResponse error_answer(std::uint16_t status, std::string_view code, std::string_view message) {
    const nlohmann::json body = {{"error", {{"code", code}, {"message", message}}}};
    return json_answer(status, body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

HttpResponse error_answer(const Error& error) {
    auto response = error_answer(status_of(error.code), name_of(error.code), error.message);
    if (response.status == 503) {
        const std::uint32_t seconds = (error.retry_after_ms + 999) / 1000;
        response.headers.emplace_back("Retry-After",
                                      std::to_string(std::max<std::uint32_t>(1, seconds)));
    }
    return response;
}

HttpResponse empty_answer(std::uint16_t status) {
    HttpResponse response;
    response.status = status;
    response.headers = {{"Cache-Control", "no-store"}};
    return response;
}

HttpResponse with_tag(HttpResponse response, std::string tag) {
    for (auto& [name, value] : response.headers) {
        if (name == "Cache-Control") {
            value = "no-cache";
        }
    }
    response.headers.emplace_back("ETag", std::move(tag));
    return response;
}

}  // namespace weft
