// Entity tags. A state of a document is named by the mark of its newest row, 64 random bits that stay with the row on every node
// and in every store. What else tells two representations of one state apart follows behind a dot:
//
//   tag = '"' mark:16 hex digits [ '.' variant ] '"'
//
// `If-Match` looks at the mark alone, so the tag of any representation serves.
#pragma once

#include "kernel/document/document.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

std::string entity_tag(std::uint64_t mark, std::string_view variant = {});

/// Whether `If-None-Match: <header>` names `tag`.
bool names_tag(std::string_view header, std::string_view tag);

/// What `If-Match: <header>` asks for; nothing asked for by an empty one. `invalid` when it does not parse.
Result<Condition> condition_of(std::string_view header);

}  // namespace weft
