// The versions of a document: the list, naming the present, what it was then, what changed, and going back.
#include "kernel/document/document_name.hpp"
#include "kernel/document/readable_content.hpp"
#include "kernel/history/past.hpp"
#include "kernel/http/api_answers.hpp"
#include "kernel/http/entity_tag.hpp"
#include "kernel/http/http_answer.hpp"
#include "kernel/http/iso_time.hpp"
#include "kernel/node/node.hpp"

#include <weft/crdt_extensions.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace weft {

namespace {

using nlohmann::json;

constexpr std::uint64_t versions_limit_default = 100;
constexpr std::uint64_t versions_limit_max = 1000;
constexpr std::size_t label_bytes_max = 500;

template <class T>
std::optional<T> parse_number(std::string_view text) {
    T number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool parsed = error == std::errc() && end == text.data() + text.size();
    return parsed ? std::optional(number) : std::nullopt;
}

/// The number at `key` of the query; `otherwise` if it is not there, nothing if it is no number from `min` to `max`.
std::optional<std::uint64_t> number_at(std::string_view query, std::string_view key,
                                       std::uint64_t otherwise, std::uint64_t min,
                                       std::uint64_t max) {
    const auto text = query_parameter(query, key);
    if (!text) {
        return otherwise;
    }
    const auto number = parse_number<std::uint64_t>(*text);
    return number && *number >= min && *number <= max ? number : std::nullopt;
}

std::string_view name_of(VersionKind kind) {
    switch (kind) {
    case VersionKind::named: return "named";
    case VersionKind::automatic: return "automatic";
    case VersionKind::restore: break;
    }
    return "restore";
}

json describe(const Version& version) {
    return {{"number", version.number},
            {"label", version.label},
            {"author", version.author},
            {"kind", name_of(version.kind)},
            {"created_at", iso_time(version.unix_ms)},
            {"seq", version.seq},
            {"bytes", version.has_content ? json(version.content_bytes) : json(nullptr)}};
}

std::string dump(const json& body) {
    return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

HttpResponse no_such_version(std::uint64_t number) {
    return error_answer(404, "not_found", fmt::format("there is no version {}", number));
}

// ---- the list ----

HttpResponse page_of(std::vector<Version> versions, std::uint64_t limit) {
    const bool has_next = versions.size() > limit;
    versions.resize(std::min<std::size_t>(versions.size(), limit));
    json page{{"versions", json::array()}, {"next", nullptr}};
    for (const Version& version : versions) {
        page["versions"].push_back(describe(version));
    }
    if (has_next) {
        page["next"] = versions.back().number;
    }
    return json_answer(200, dump(page));
}

// ---- bodies ----

/// The text at `key` of a JSON object; `otherwise` where there is none.
Result<std::string> text_at(const json& body, const char* key,
                            std::optional<std::string> otherwise) {
    const auto found = body.find(key);
    if (found == body.end() && otherwise) {
        return *std::move(otherwise);
    }
    const bool is_text = found != body.end() && found->is_string();
    const std::string text = is_text ? found->get<std::string>() : "";
    const bool is_printable = std::ranges::none_of(text, [](unsigned char c) { return c < 0x20; });
    if (!is_text || !is_printable || text.size() > label_bytes_max ||
        (text.empty() && !otherwise)) {
        return Error{Code::invalid,
                     fmt::format("\"{}\" is a text of 1 to {} bytes without control characters",
                                 key, label_bytes_max),
                     0};
    }
    return text;
}

Result<json> parse_object(const Buffer& body, bool may_be_empty) {
    if (may_be_empty && body.empty()) {
        return json::object();
    }
    auto parsed = json::parse(as_text(body.view()), nullptr, false);
    if (!parsed.is_object()) {
        return Error{Code::invalid, "the body is a JSON object", 0};
    }
    return parsed;
}

// ---- the past ----

/// What is asked of versions, and the way back. `view` is what one of them is shown as, `against` what it is compared with.
struct PastRequest {
    PastRequest(Node& its_node, ApiRequest its_request, std::string its_document)
        : node(its_node), request(std::move(its_request)), document(std::move(its_document)) {}

    Node& node;
    ApiRequest request;
    const std::string document;
    const Crdt* crdt = nullptr;
    std::vector<StoredPart> parts;         // of the version
    std::vector<StoredPart> parts_before;  // of the one that it is compared with
};

using PastPtr = std::shared_ptr<PastRequest>;

/// Calls `next` with version `number` of the document, or answers that there is none.
void find_version(const PastPtr& past, std::uint64_t number, UniqueFunction<void(Version)> next) {
    VersionsRequest request{past->document};
    request.after = number - 1;
    request.before = number + 1;
    request.limit = 1;
    past->node.storage().versions(
        std::move(request),
        [past, number, next = std::move(next)](Result<std::vector<Version>> found) mutable {
            if (!found) {
                past->request.answer(error_answer(found.error()));
            } else if (found->empty()) {
                past->request.answer(no_such_version(number));
            } else {
                next(std::move(found->front()));
            }
        });
}

/// Calls `next` with what the document was made of at `seq`, or answers why not.
void load_past(const PastPtr& past, std::uint64_t seq,
               UniqueFunction<void(std::vector<StoredPart>)> next) {
    LoadRequest request{past->document};
    request.as_of = seq;
    past->node.storage().load(std::move(request), [past, next = std::move(next)](
                                                      Result<Loaded> loaded) mutable {
        if (!loaded) {
            past->request.answer(error_answer(loaded.error()));
            return;
        }
        const auto& crdts = past->node.crdts();
        const auto found = crdts.find(loaded->head.algorithm);
        if (found == crdts.end()) {
            const std::string reason = "the algorithm " + loaded->head.algorithm + " is not loaded";
            past->request.answer(error_answer(409, "conflict", reason));
            return;
        }
        past->crdt = found->second;
        next(std::move(loaded->parts));
    });
}

struct ContentForm {
    bool as_json = false;
    std::string root;  // empty: as the configuration says
    std::string configured_root;

    bool is_stored() const { return !as_json && root.empty(); }
};

Result<std::string> content_of(const Replica& replica, const ContentForm& form) {
    if (!form.root.empty()) {
        return form.as_json ? replica.json(form.root) : replica.text(form.root, 0, all_units);
    }
    return form.as_json ? json_of_all_roots(replica)
                        : readable_content(replica, form.configured_root);
}

HttpResponse content_answer(const Result<std::string>& content, bool as_json,
                            const std::string& tag) {
    if (!content) {
        return error_answer(content.error());
    }
    return with_tag(as_json ? json_answer(200, *content) : text_answer(200, *content), tag);
}

void answer_replayed(const PastPtr& past, const ContentForm& form, const std::string& tag) {
    past->node.workers().post([past, form, tag] {
        const auto replica = replay(*past->crdt, past->parts);
        past->request.answer(replica
                                 ? content_answer(content_of(**replica, form), form.as_json, tag)
                                 : error_answer(replica.error()));
    });
}

void answer_content_of(const PastPtr& past, const ContentForm& form, const Version& version) {
    const std::string tag = entity_tag(version.mark, form.as_json ? "json" : "");
    if (names_tag(past->request.header("if-none-match"), tag)) {
        past->request.answer(with_tag(empty_answer(304), tag));
    } else if (form.is_stored() && version.has_content) {
        past->node.storage().version(
            {past->document, version.number}, [past, tag](Result<VersionContent> found) {
                past->request.answer(found ? content_answer(std::move(found->content), false, tag)
                                           : error_answer(found.error()));
            });
    } else {
        load_past(past, version.seq, [past, form, tag](std::vector<StoredPart> parts) {
            past->parts = std::move(parts);
            answer_replayed(past, form, tag);
        });
    }
}

// ---- what changed ----

Result<std::string> difference(const PastRequest& past) {
    const DiffView* const diff_view = past.crdt->extensions().diff_view;
    if (diff_view == nullptr) {
        return Error{Code::unsupported, "the algorithm does not compare states", 0};
    }
    const auto before = state_of(*past.crdt, past.parts_before);
    const auto after = state_of(*past.crdt, past.parts);
    if (!before || !after) {
        return before ? after.error() : before.error();
    }
    return diff_view->diff_view(*before, *after);
}

void answer_difference(const PastPtr& past, std::uint64_t from, std::uint64_t to) {
    past->node.workers().post([past, from, to] {
        const auto changes = difference(*past);
        past->request.answer(
            changes ? json_answer(200, fmt::format(R"({{"from":{},"to":{},"changes":{}}})", from,
                                                   to, *changes))
                    : error_answer(changes.error()));
    });
}

/// `from` is the version that `to` is compared with; without one what was before the document began.
void compare(const PastPtr& past, const Version& to, const std::optional<Version>& from) {
    load_past(past, to.seq, [past, to, from](std::vector<StoredPart> parts) {
        past->parts = std::move(parts);
        if (!from) {
            answer_difference(past, 0, to.number);
            return;
        }
        load_past(past, from->seq, [past, to, from](std::vector<StoredPart> earlier) {
            past->parts_before = std::move(earlier);
            answer_difference(past, from->number, to.number);
        });
    });
}

void compare_with_the_one_before(const PastPtr& past, const Version& to) {
    VersionsRequest request{past->document};
    request.before = to.number;
    request.limit = 1;
    past->node.storage().versions(
        std::move(request), [past, to](const Result<std::vector<Version>>& found) {
            if (!found) {
                past->request.answer(error_answer(found.error()));
            } else {
                compare(past, to, found->empty() ? std::nullopt : std::optional(found->front()));
            }
        });
}

/// The number in the path, from 1; else answers that it is none.
std::optional<std::uint64_t> version_in(ApiRequest& request, const PathValues& values) {
    const auto number = parse_number<std::uint64_t>(values.version);
    if (number && *number >= 1 && *number < ~std::uint64_t{0}) {
        return number;
    }
    request.answer(error_answer(400, "invalid", "a version is a number from 1"));
    return std::nullopt;
}

HttpResponse restore_answer(const Result<Restored>& restored, std::uint64_t number) {
    if (!restored) {
        return restored.error().code == Code::unsupported
                   ? error_answer(501, "unsupported", restored.error().message)
                   : error_answer(restored.error());
    }
    const json kept = restored->kept == 0 ? json(nullptr) : json(restored->kept);
    return json_answer(200, dump({{"restored", number}, {"kept", kept}}));
}

}  // namespace

void answer_versions(const ApiSources& sources, ApiRequest request, const PathValues& values) {
    const auto limit =
        number_at(request.query(), "limit", versions_limit_default, 1, versions_limit_max);
    const auto before =
        number_at(request.query(), "before", ~std::uint64_t{0}, 1, ~std::uint64_t{0});
    if (!limit || !before) {
        request.answer(error_answer(
            400, "invalid",
            fmt::format("limit is a number from 1 to {}, before one from 1", versions_limit_max)));
        return;
    }
    VersionsRequest wanted{values.document};
    wanted.before = *before;
    wanted.limit =
        static_cast<std::uint32_t>(*limit + 1);  // one more tells whether there is a next page
    sources.node.storage().versions(
        std::move(wanted),
        [limit = *limit, request = std::move(request)](Result<std::vector<Version>> found) mutable {
            request.answer(found ? page_of(std::move(*found), limit) : error_answer(found.error()));
        });
}

void answer_name_version(const ApiSources& sources, ApiRequest request, const PathValues& values) {
    const auto body = parse_object(request.body(), false);
    const auto label = body ? text_at(*body, "label", std::nullopt) : body.error();
    const auto author = body ? text_at(*body, "author", "") : body.error();
    if (!label || !author) {
        request.answer(error_answer(label ? author.error() : label.error()));
        return;
    }
    sources.node.keep_version(values.document, {VersionKind::named, *label, *author},
                              [request = std::move(request)](Result<std::uint64_t> number) mutable {
                                  request.answer(number
                                                     ? json_answer(201, dump({{"number", *number}}))
                                                     : error_answer(number.error()));
                              });
}

void answer_version_content(const ApiSources& sources, ApiRequest request,
                            const PathValues& values) {
    const auto number = version_in(request, values);
    if (!number) {
        return;
    }
    ContentForm form;
    form.as_json = request.header("accept").find("application/json") != std::string::npos;
    form.root = query_parameter(request.query(), "root").value_or("");
    form.configured_root = sources.node.policy().text_root;
    request.add_header("Vary", "Accept");
    const auto past =
        std::make_shared<PastRequest>(sources.node, std::move(request), values.document);
    find_version(past, *number,
                 [past, form](const Version& version) { answer_content_of(past, form, version); });
}

void answer_version_diff(const ApiSources& sources, ApiRequest request, const PathValues& values) {
    const auto number = version_in(request, values);
    if (!number) {
        return;
    }
    const auto against = query_parameter(request.query(), "against");
    const auto from = parse_number<std::uint64_t>(against.value_or("0"));
    if (!from || *from == ~std::uint64_t{0}) {
        request.answer(error_answer(400, "invalid", "against is the number of a version, or 0"));
        return;
    }
    const auto past =
        std::make_shared<PastRequest>(sources.node, std::move(request), values.document);
    find_version(past, *number, [past, from = *from, is_given = against.has_value()](Version to) {
        if (!is_given) {
            compare_with_the_one_before(past, to);
        } else if (from == 0) {
            compare(past, to, std::nullopt);
        } else {
            find_version(past, from, [past, to](Version earlier) { compare(past, to, earlier); });
        }
    });
}

void answer_restore(const ApiSources& sources, ApiRequest request, const PathValues& values) {
    const auto number = version_in(request, values);
    if (!number) {
        return;
    }
    const auto body = parse_object(request.body(), true);
    const auto author = body ? text_at(*body, "author", "") : body.error();
    if (!author) {
        request.answer(error_answer(author.error()));
        return;
    }
    sources.node.restore_version(
        values.document, {*number, *author},
        [number = *number, request = std::move(request)](Result<Restored> restored) mutable {
            request.answer(restore_answer(restored, number));
        });
}

}  // namespace weft
