#include "kernel/http/web_page.hpp"

#include "kernel/document/document_name.hpp"
#include "kernel/http/api_answers.hpp"
#include "kernel/http/http_answer.hpp"
#include "kernel/http/web_files.hpp"

#include <fmt/format.h>

namespace weft {

namespace {

// The files are part of the program: nobody owns them, nobody frees them.
constexpr weft_buf_calls nothing_to_free{[](void*) {}, [](void*) {}};

std::string_view content_type(std::string_view path) {
    constexpr std::pair<std::string_view, std::string_view> types[] = {
        {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},   {".svg", "image/svg+xml"},
        {".txt", "text/plain; charset=utf-8"},
    };
    for (const auto& [ending, type] : types) {
        if (path.ends_with(ending)) {
            return type;
        }
    }
    return "application/octet-stream";
}

}  // namespace

std::optional<HttpResponse> web_page(std::string_view path, std::string_view if_none_match) {
    const bool is_page = path == "/" || path.starts_with("/d/");
    const std::string_view wanted = is_page ? "/index.html" : path;
    for (const WebFile& file : web_files()) {
        if (file.path != wanted) {
            continue;
        }
        const std::string etag = fmt::format("\"{:016x}\"", document_hash(as_text(file.bytes)));
        HttpResponse response;
        response.headers = {
            {"ETag", etag}, {"Cache-Control", "no-cache"}, {"X-Content-Type-Options", "nosniff"}};
        if (if_none_match == etag) {
            response.status = 304;
            return response;
        }
        response.headers.emplace_back("Content-Type", content_type(file.path));
        response.headers.emplace_back(
            "Content-Security-Policy",
            "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; "
            "img-src 'self' data:; frame-ancestors 'none'");
        response.body =
            Buffer::adopt({file.bytes.data(), file.bytes.size(), nullptr, &nothing_to_free});
        return response;
    }
    return std::nullopt;
}

void answer_page(const ApiSources&, ApiRequest request, const PathValues&) {
    if (auto page = web_page(request.path(), request.header("if-none-match"))) {
        request.answer(std::move(*page));
    } else {
        request.answer(
            error_answer(404, "not_found", "nothing is served at " + std::string(request.path())));
    }
}

}  // namespace weft
