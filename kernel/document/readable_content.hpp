#pragma once

#include <weft/crdt.hpp>

#include <string>
#include <string_view>

namespace weft {

/// The root that people read: `configured` if it is not empty, else the only root that holds text, else the
/// one named "text". Empty when there is none.
std::string readable_root(const Replica& replica, std::string_view configured);

/// The text of the readable root, or the JSON view of all roots when there is none. U+0000 becomes U+FFFD,
/// which every database takes.
std::string readable_content(const Replica& replica, std::string_view configured_root);

/// `{"root": …, …}` of all roots.
std::string json_of_all_roots(const Replica& replica);

}  // namespace weft
