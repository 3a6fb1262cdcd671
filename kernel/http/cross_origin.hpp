#pragma once

#include "kernel/http/api.hpp"

#include <string>
#include <vector>

namespace weft {

/// Which pages of other sites may use the API (`http.cors`). Such a page names its site in `Origin`, and its browser asks by
/// `OPTIONS` before it sends what could change anything.
///
/// Threads   [any]
class CrossOrigin {
public:
    /// As browsers write them: "https://app.example", "http://127.0.0.1:5173".
    explicit CrossOrigin(std::vector<std::string> origins) : origins_(std::move(origins)) {}

    /// Says in the answer to come who may read it. Gives the request back, unless it was answered here: a browser's question, or
    /// what a page of another site may not do.
    std::optional<ApiRequest> admit(ApiRequest request) const;

private:
    const std::vector<std::string> origins_;
};

}  // namespace weft
