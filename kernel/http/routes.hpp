#pragma once

#include "kernel/http/api.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weft {

/// What stands where a route has `{document}`, and `{version}` as it was sent.
struct PathValues {
    std::string document;
    std::string version;
};

/// A place that the server answers at. docs/openapi.yaml has the same list, and a test compares them.
struct Route {
    using Answer = void (*)(const ApiSources& sources, ApiRequest request,
                            const PathValues& values);

    std::string_view method;  // GET stands for HEAD, too
    std::string_view path;    // `{…}` is one segment, `{…*}` all that follows
    Answer answer;
};

std::span<const Route> routes();

/// Hands `request` to its route, or answers that there is none.
void answer_by_route(const ApiSources& sources, ApiRequest request);

/// "GET, HEAD, POST": what may be asked of `path`. Empty if nothing is there.
std::string allowed_methods(std::string_view path);

}  // namespace weft
