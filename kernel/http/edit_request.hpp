// The body of `POST /api/documents/{d}/edits`:
//
//   {"root": "text", "edits": [{"insert": "Hello", "at": 0}, {"delete": 3, "at": 7}]}
//
// Positions are UTF-16 code units in texts, elements in arrays, nodes in XML, each as they are after the edits before it.
// Every edit has one of these first keys and may have `root` and `path` of its own; `path` leads from the root to what is
// edited, by keys and indexes: ["rows", 3, "title"].
//
//   text    {"insert": "…", "at": 0, "attributes": {"bold": true}}     attributes may be left out
//           {"embed": <json>, "at": 0, "attributes": {…}}              the same
//           {"delete": 3, "at": 7}
//           {"format": 3, "at": 7, "attributes": {"bold": null}}       null takes one away
//   map     {"set": "key", "value": <json>} or {"set": "key", "new": "text"}     a new shared type: text, map, array, xml
//           {"unset": "key"}
//   array   {"insert_items": [1, "two"], "at": 0} or {"insert_new": "map", "at": 0}
//           {"delete_items": 2, "at": 0}
//   XML     {"insert_element": "p", "at": 0, "attributes": {"class": "x"}}
//           {"insert_text_node": "…", "at": 0}
//           {"delete_nodes": 2, "at": 0}
//           {"set_attribute": "class", "value": <json>}, {"unset_attribute": "class"}
#pragma once

#include <weft/crdt.hpp>

#include <string_view>
#include <vector>

namespace weft {

/// `invalid` with a message that says what is wrong where. The root is "text" where none is given.
Result<std::vector<Edit>> parse_edits(std::string_view body);

}  // namespace weft
