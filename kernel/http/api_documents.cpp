// Documents as the store knows them, without loading them: the list, and one.
#include "kernel/document/document_name.hpp"
#include "kernel/http/api_answers.hpp"
#include "kernel/http/entity_tag.hpp"
#include "kernel/http/http_answer.hpp"
#include "kernel/http/iso_time.hpp"
#include "kernel/node/node.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace weft {

namespace {

using nlohmann::json;
using Clients = std::map<std::string, std::size_t>;

constexpr std::uint32_t list_limit_default = 100;
constexpr std::uint32_t list_limit_max = 1000;

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

/// One page, and the name that the next one comes after.
void answer_page_of_list(Node& node, ApiRequest request, std::vector<DocumentStat> stats,
                         std::size_t limit) {
    const bool has_next = stats.size() > limit;
    stats.resize(std::min(stats.size(), limit));
    const json next = has_next ? json(stats.back().head.document) : json(nullptr);
    describe_all(node, std::move(stats),
                 [next, request = std::move(request)](json documents) mutable {
                     const json page{{"documents", std::move(documents)}, {"next", next}};
                     request.answer(json_answer(200, page.dump()));
                 });
}

/// Beside the error stands the algorithm of the document's first edit: whoever is to make that edit must speak it.
HttpResponse not_found_yet(const Error& error, const std::string& algorithm) {
    const json body{{"error", {{"code", name_of(error.code)}, {"message", error.message}}},
                    {"algorithm", algorithm}};
    return json_answer(404, body.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

void answer_list(const ApiSources& sources, ApiRequest request, const PathValues&) {
    const auto limit = parse_limit(query_parameter(request.query(), "limit"));
    ListRequest list;
    list.prefix = query_parameter(request.query(), "prefix").value_or("");
    list.after = query_parameter(request.query(), "after").value_or("");
    if (!limit) {
        request.answer(error_answer(400, "invalid",
                                    fmt::format("limit is a number from 1 to {}", list_limit_max)));
        return;
    }
    if (!is_utf8(list.prefix) || !is_utf8(list.after)) {
        request.answer(error_answer(400, "invalid", "prefix and after are parts of names: UTF-8"));
        return;
    }
    list.limit = *limit + 1;  // one more tells whether there is a next page
    sources.node.storage().list(
        std::move(list), [&node = sources.node, limit = *limit, request = std::move(request)](
                             Result<std::vector<DocumentStat>> listed) mutable {
            if (listed) {
                answer_page_of_list(node, std::move(request), std::move(*listed), limit);
            } else {
                request.answer(error_answer(listed.error()));
            }
        });
}

// How often it was compacted and who reads it changes the answer, but not the document: the tag covers both.
void answer_document(const ApiSources& sources, ApiRequest request, const PathValues& values) {
    const std::string& name = values.document;
    sources.node.storage().stat(name, [&node = sources.node, name, request = std::move(request)](
                                          Result<DocumentStat> stat) mutable {
        if (!stat) {
            request.answer(stat.error().code == Code::not_found
                               ? not_found_yet(stat.error(), node.policy().algorithm_for(name))
                               : error_answer(stat.error()));
            return;
        }
        const std::uint64_t mark = stat->head.mark;
        describe_all(
            node, {std::move(*stat)}, [mark, request = std::move(request)](json documents) mutable {
                const std::string body = documents[0].dump();
                const auto tag = entity_tag(mark, fmt::format("{:016x}", document_hash(body)));
                request.answer(names_tag(request.header("if-none-match"), tag)
                                   ? with_tag(empty_answer(304), tag)
                                   : with_tag(json_answer(200, body), tag));
            });
    });
}

}  // namespace weft
