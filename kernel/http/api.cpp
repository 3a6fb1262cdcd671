#include "kernel/http/api.hpp"

#include "kernel/document/document_name.hpp"
#include "kernel/document/readable_content.hpp"
#include "kernel/http/api_changes.hpp"
#include "kernel/http/http_answer.hpp"
#include "kernel/node/node.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace weft {

namespace {

using nlohmann::json;
using Clients = std::map<std::string, std::size_t>;

constexpr std::uint32_t list_limit_default = 100;
constexpr std::uint32_t list_limit_max = 1000;

std::string iso_time(std::int64_t unix_ms) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(static_cast<std::time_t>(unix_ms / 1000)), unix_ms % 1000);
}

json describe(const DocumentStat& stat, std::size_t clients) {
    return {{"id", stat.head.document},
            {"algorithm", stat.head.algorithm},
            {"version", stat.head.version},
            {"seq", stat.head.seq},
            {"updates", stat.tail_rows},
            {"bytes", stat.bytes},
            {"updated_at", iso_time(stat.updated_unix_ms)},
            {"clients", clients}};
}

Clients count_clients(Node& node, DocumentShard& shard, const std::vector<DocumentStat>& stats) {
    Clients clients;
    for (const auto& stat : stats) {
        if (&node.shard_of(stat.head.document) == &shard) {
            clients[stat.head.document] = shard.clients_of(stat.head.document);
        }
    }
    return clients;
}

/// Gives the JSON of each document, with the clients that every shard counts.
void describe_all(Node& node, std::vector<DocumentStat> stats, UniqueFunction<void(json)> done) {
    auto shared = std::make_shared<const std::vector<DocumentStat>>(std::move(stats));
    node.gather<Clients>(
        [&node, shared](DocumentShard& shard) { return count_clients(node, shard, *shared); },
        [shared, done = std::move(done)](std::vector<Clients> counted) mutable {
            Clients clients;
            for (auto& counts : counted) {
                clients.merge(counts);
            }
            json documents = json::array();
            for (const auto& stat : *shared) {
                documents.push_back(describe(stat, clients[stat.head.document]));
            }
            done(std::move(documents));
        });
}

// ---- the list ----

std::optional<std::uint32_t> parse_limit(const std::optional<std::string>& text) {
    if (!text) {
        return list_limit_default;
    }
    std::uint32_t limit = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
    const bool parsed = error == std::errc() && end == text->data() + text->size();
    return parsed && limit >= 1 && limit <= list_limit_max ? std::optional(limit) : std::nullopt;
}

void answer_list(Node& node, ApiRequest request) {
    const auto limit = parse_limit(query_parameter(request.query(), "limit"));
    if (!limit) {
        request.answer(error_answer(400, "invalid",
                                    fmt::format("limit is a number from 1 to {}", list_limit_max)));
        return;
    }
    ListRequest list;
    list.prefix = query_parameter(request.query(), "prefix").value_or("");
    list.after = query_parameter(request.query(), "after").value_or("");
    list.limit = *limit + 1;  // one more tells whether there is a next page
    node.storage().list(list, [&node, limit = *limit, request = std::move(request)](
                                  Result<std::vector<DocumentStat>> listed) mutable {
        if (!listed) {
            request.answer(error_answer(listed.error()));
            return;
        }
        const bool has_next = listed->size() > limit;
        listed->resize(std::min<std::size_t>(listed->size(), limit));
        const json next = has_next ? json(listed->back().head.document) : json(nullptr);
        describe_all(
            node, std::move(*listed), [next, request = std::move(request)](json documents) mutable {
                request.answer(json_answer(
                    200, json{{"documents", std::move(documents)}, {"next", next}}.dump()));
            });
    });
}

// ---- one document ----

/// Beside the error stands the algorithm of the document's first edit: whoever is to make that edit must speak it.
HttpResponse not_found_yet(const Error& error, const std::string& algorithm) {
    return json_answer(404,
                       json{{"error", {{"code", name_of(error.code)}, {"message", error.message}}},
                            {"algorithm", algorithm}}
                           .dump(-1, ' ', false, json::error_handler_t::replace));
}

void answer_document(Node& node, ApiRequest request, const std::string& name) {
    node.storage().stat(
        name, [&node, name, request = std::move(request)](Result<DocumentStat> stat) mutable {
            if (!stat) {
                request.answer(stat.error().code == Code::not_found
                                   ? not_found_yet(stat.error(), node.policy().algorithm_for(name))
                                   : error_answer(stat.error()));
                return;
            }
            describe_all(node, {std::move(*stat)},
                         [request = std::move(request)](json documents) mutable {
                             request.answer(json_answer(200, documents[0].dump()));
                         });
        });
}

struct ContentQuery {
    bool as_json = false;
    std::string root;  // empty: as the configuration says
    std::string configured_root;
};

Result<Bytes> make_content(const DocumentView& view, const ContentQuery& query) {
    if (!view.exists) {
        return Error{Code::not_found, "no such document", 0};
    }
    if (query.as_json) {
        if (query.root.empty()) {
            return to_bytes(as_bytes(json_of_all_roots(view.replica)));
        }
        const auto root = view.replica.json(query.root);
        return root ? Result<Bytes>(to_bytes(as_bytes(*root))) : Result<Bytes>(root.error());
    }
    if (query.root.empty()) {
        return to_bytes(as_bytes(readable_content(view.replica, query.configured_root)));
    }
    const auto text = view.replica.text(query.root, 0, all_units);
    return text ? Result<Bytes>(to_bytes(as_bytes(*text))) : Result<Bytes>(text.error());
}

void answer_content(Node& node, ApiRequest request, const std::string& name) {
    ContentQuery query;
    query.as_json = request.header("accept").find("application/json") != std::string_view::npos;
    query.root = query_parameter(request.query(), "root").value_or("");
    query.configured_root = node.policy().text_root;
    node.query_document(
        name, [query](const DocumentView& view) { return make_content(view, query); },
        [as_json = query.as_json, request = std::move(request)](Result<Bytes> content) mutable {
            if (!content) {
                request.answer(error_answer(content.error()));
            } else {
                request.answer(as_json ? json_answer(200, as_text(*content))
                                       : text_answer(200, as_text(*content)));
            }
        });
}

}  // namespace

ApiRequest::ApiRequest(Transport& transport, HttpRequest request)
    : transport_(&transport), request_(std::move(request)) {
    const std::string_view target = request_.target;
    path_ = target.substr(0, target.find('?'));
    query_ = target.substr(std::min(target.size(), path_.size() + 1));
}

std::string_view ApiRequest::header(std::string_view name) const {
    for (const auto& [header, value] : request_.headers) {
        if (header == name) {
            return value;
        }
    }
    return {};
}

namespace {

using Answerer = void (*)(Node& node, ApiRequest request, const std::string& document);

/// What stands below a document: who answers when it is read and when it is written to.
struct Place {
    std::string_view path;
    Answerer read;
    Answerer write;
};

constexpr std::array<Place, 4> places{{
    {"", &answer_document, nullptr},
    {"/content", &answer_content, nullptr},
    {"/edits", nullptr, &answer_edits},
    {"/update", &answer_export, &answer_import},
}};

void refuse_method(ApiRequest request, bool can_read, bool can_write) {
    auto refused = error_answer(405, "unsupported",
                                can_write && can_read ? "this is read, or written to by POST"
                                : can_write           ? "this is written to by POST"
                                                      : "this is only read; edits go to …/edits");
    refused.headers.emplace_back("Allow", can_write && can_read ? "GET, HEAD, POST"
                                          : can_write           ? "POST"
                                                                : "GET, HEAD");
    request.answer(std::move(refused));
}

void answer_place(Node& node, ApiRequest request, const std::string& document,
                  std::string_view path) {
    const auto place = std::ranges::find(places, path, &Place::path);
    if (place == places.end()) {
        request.answer(
            error_answer(404, "not_found", "a document has nothing at " + std::string(path)));
    } else if (request.reads() && place->read != nullptr) {
        place->read(node, std::move(request), document);
    } else if (request.method() == "POST" && place->write != nullptr) {
        place->write(node, std::move(request), document);
    } else {
        refuse_method(std::move(request), place->read != nullptr, place->write != nullptr);
    }
}

}  // namespace

void answer_documents(Node& node, ApiRequest request, std::string_view path) {
    if (path.empty() || path == "/") {
        if (request.reads()) {
            answer_list(node, std::move(request));
        } else {
            refuse_method(std::move(request), true, false);
        }
        return;
    }
    // The name is one percent-encoded segment, so a slash ends it.
    const auto name = document_from_path(path.substr(0, path.find('/', 1)));
    if (!name) {
        request.answer(error_answer(400, "invalid", "this is not a document's name"));
        return;
    }
    answer_place(node, std::move(request), *name,
                 path.substr(std::min(path.size(), path.find('/', 1))));
}

}  // namespace weft
