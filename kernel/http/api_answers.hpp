// Who answers at each route. `values` is valid until the call returns.
#pragma once

#include "kernel/http/routes.hpp"

namespace weft {

// The page (web_page.cpp).
void answer_page(const ApiSources&, ApiRequest, const PathValues&);

// The server (api_server.cpp).
void answer_health(const ApiSources&, ApiRequest, const PathValues&);
void answer_ready(const ApiSources&, ApiRequest, const PathValues&);
void answer_metrics(const ApiSources&, ApiRequest, const PathValues&);
void answer_plugins(const ApiSources&, ApiRequest, const PathValues&);

// Documents without loading them (api_documents.cpp).
void answer_list(const ApiSources&, ApiRequest, const PathValues&);
void answer_document(const ApiSources&, ApiRequest, const PathValues&);

// What is in a document (api_content.cpp).
void answer_content(const ApiSources&, ApiRequest, const PathValues&);
void answer_export(const ApiSources&, ApiRequest, const PathValues&);

// What changes a document (api_changes.cpp).
void answer_create(const ApiSources&, ApiRequest, const PathValues&);
void answer_edits(const ApiSources&, ApiRequest, const PathValues&);
void answer_import(const ApiSources&, ApiRequest, const PathValues&);
void answer_remove(const ApiSources&, ApiRequest, const PathValues&);

// Its versions (api_versions.cpp).
void answer_versions(const ApiSources&, ApiRequest, const PathValues&);
void answer_name_version(const ApiSources&, ApiRequest, const PathValues&);
void answer_version_content(const ApiSources&, ApiRequest, const PathValues&);
void answer_version_diff(const ApiSources&, ApiRequest, const PathValues&);
void answer_restore(const ApiSources&, ApiRequest, const PathValues&);

}  // namespace weft
