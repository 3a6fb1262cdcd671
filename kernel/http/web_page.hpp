#pragma once

#include <weft/transport.hpp>

#include <optional>
#include <string_view>

namespace weft {

/// The page that the program carries in itself: `/` and `/d/…` are its HTML, `/assets/…` what that refers to.
/// `if_none_match` is the client's ETag, empty if it has none. Nothing when there is no such file.
std::optional<HttpResponse> web_page(std::string_view path, std::string_view if_none_match);

}  // namespace weft
