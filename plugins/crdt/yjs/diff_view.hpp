// What is different between two states of a document, as JSON.
#pragma once

#include "history.hpp"

#include <string>

namespace weft::yjs {

/// No more than this is written: formats that are many in number stand beside every piece of text that has them.
inline constexpr std::size_t diff_bytes_max = std::size_t{256} << 20;

/// `{"<root>": <changes>, …}` in byte order of the roots that differ. `whole` has all units of `before` and of `after`, and knows
/// the place of each.
///
///   a text     [steps]                                              as diff_steps.hpp has them; without keys
///   others     {"before":<json>,"after":<json>,"changes":<changes>}
///   changes    {"list":[steps],"keys":{"<key>":<value>, …}}         of a type; the list of a map is empty
///   value      {"before":<json>,"after":<json>,"actor":"17"}        whichever there is; the actor of `after`
///              {"changes":<changes>}                                a type that stayed, with changes inside
///
/// A key that got the value that it had is no change. `limit` beyond `diff_bytes_max`. Types can be nested as deep as a
/// client likes: no recursion.
Result<std::string> differences(const StructStore& whole, const StructStore& before,
                                const StructStore& after);

}  // namespace weft::yjs
