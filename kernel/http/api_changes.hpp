#pragma once

#include "kernel/http/api.hpp"

#include <string>

namespace weft {

/// `POST …/edits`: local edits as one update, as edit_request.hpp reads them.
void answer_edits(Node& node, ApiRequest request, const std::string& document);

/// `GET …/update`: the state as one update of its algorithm.
void answer_export(Node& node, ApiRequest request, const std::string& document);

/// `POST …/update`: merges one in.
void answer_import(Node& node, ApiRequest request, const std::string& document);

}  // namespace weft
