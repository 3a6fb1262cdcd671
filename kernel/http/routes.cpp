#include "kernel/http/routes.hpp"

#include "kernel/document/document_name.hpp"
#include "kernel/http/api_answers.hpp"
#include "kernel/http/http_answer.hpp"

#include <array>
#include <vector>

namespace weft {

namespace {

constexpr std::array all_routes{
    Route{"GET", "/", &answer_page},
    Route{"GET", "/d/{document*}", &answer_page},
    Route{"GET", "/assets/{file*}", &answer_page},
    Route{"GET", "/healthz", &answer_health},
    Route{"GET", "/readyz", &answer_ready},
    Route{"GET", "/metrics", &answer_metrics},
    Route{"GET", "/api/plugins", &answer_plugins},
    Route{"GET", "/api/documents", &answer_list},
    Route{"GET", "/api/documents/{document}", &answer_document},
    Route{"DELETE", "/api/documents/{document}", &answer_remove},
    Route{"GET", "/api/documents/{document}/content", &answer_content},
    Route{"PUT", "/api/documents/{document}/content", &answer_create},
    Route{"POST", "/api/documents/{document}/edits", &answer_edits},
    Route{"GET", "/api/documents/{document}/update", &answer_export},
    Route{"POST", "/api/documents/{document}/update", &answer_import},
    Route{"GET", "/api/documents/{document}/versions", &answer_versions},
    Route{"POST", "/api/documents/{document}/versions", &answer_name_version},
    Route{"GET", "/api/documents/{document}/versions/{version}/content", &answer_version_content},
    Route{"GET", "/api/documents/{document}/versions/{version}/diff", &answer_version_diff},
    Route{"POST", "/api/documents/{document}/versions/{version}/restore", &answer_restore},
};

std::string_view take_segment(std::string_view& path) {
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
    return segment;
}

/// What stands at the placeholders of a route, percent-encoded.
using Values = std::vector<std::string_view>;

/// In the order of the placeholders of `pattern`. Nothing when the path is another.
std::optional<Values> match(std::string_view pattern, std::string_view path) {
    Values values;
    while (!pattern.empty() && !path.empty()) {
        const std::string_view wanted = take_segment(pattern);
        if (wanted.ends_with("*}")) {
            values.push_back(path);
            return values;
        }
        const std::string_view segment = take_segment(path);
        if (wanted.starts_with('{')) {
            values.push_back(segment);
        } else if (wanted != segment) {
            return std::nullopt;
        }
    }
    const bool nothing_follows = pattern.starts_with('{') && pattern.ends_with("*}");
    return path.empty() && (pattern.empty() || nothing_follows) ? std::optional(values)
                                                                : std::nullopt;
}

std::optional<Values> match_from_root(std::string_view pattern, std::string_view path) {
    const bool same_end = path.ends_with('/') == pattern.ends_with('/');
    return path.starts_with('/') && (same_end || pattern.ends_with("*}"))
               ? match(pattern.substr(1), path.substr(1))
               : std::nullopt;
}

void answer_route(const Route& route, const ApiSources& sources, ApiRequest request,
                  const Values& found) {
    PathValues values;
    if (route.path.find("{document}") != std::string_view::npos) {
        auto name = document_from_path("/" + std::string(found.front()));
        if (!name) {
            request.answer(error_answer(400, "invalid", "this is not a document's name"));
            return;
        }
        values.document = std::move(*name);
        values.version = found.size() > 1 ? std::string(found[1]) : "";
    }
    route.answer(sources, std::move(request), values);
}

}  // namespace

std::span<const Route> routes() {
    return all_routes;
}

std::string allowed_methods(std::string_view path) {
    std::string methods;
    for (const Route& route : all_routes) {
        if (match_from_root(route.path, path)) {
            methods += methods.empty() ? "" : ", ";
            methods += route.method == "GET" ? "GET, HEAD" : route.method;
        }
    }
    return methods;
}

void answer_by_route(const ApiSources& sources, ApiRequest request) {
    const std::string path(request.path());
    for (const Route& route : all_routes) {
        const auto values = match_from_root(route.path, path);
        if (values && route.method == request.method()) {
            answer_route(route, sources, std::move(request), *values);
            return;
        }
    }
    const std::string methods = allowed_methods(path);
    if (methods.empty()) {
        request.answer(error_answer(404, "not_found", "nothing is served at " + path));
        return;
    }
    auto refused = error_answer(405, "unsupported", "here one may " + methods);
    refused.headers.emplace_back("Allow", methods);
    request.answer(std::move(refused));
}

}  // namespace weft
