// What changes a document over HTTP: creating it from text, edits, updates made elsewhere.
#include "kernel/document/document_name.hpp"
#include "kernel/http/api_answers.hpp"
#include "kernel/http/edit_request.hpp"
#include "kernel/http/entity_tag.hpp"
#include "kernel/http/http_answer.hpp"
#include "kernel/http/idempotency_keys.hpp"
#include "kernel/node/node.hpp"

#include <fmt/format.h>

namespace weft {

namespace {

/// What the client is told when the condition of its change did not hold.
struct Refusal {
    std::uint16_t status;
    std::string_view message;
};

constexpr Refusal not_new{409, "the document exists already"};
constexpr Refusal changed_meanwhile{412, "the document is not as If-Match says"};

HttpResponse with_tag_of(HttpResponse response, std::optional<std::uint64_t> mark) {
    return mark ? with_tag(std::move(response), entity_tag(*mark)) : std::move(response);
}

HttpResponse refuse(const Refusal& refusal, std::optional<std::uint64_t> mark) {
    return with_tag_of(error_answer(refusal.status, "conflict", refusal.message), mark);
}

HttpResponse answer_of(const Result<Changed>& changed, std::uint16_t done, const Refusal& refusal) {
    if (!changed) {
        return error_answer(changed.error());
    }
    if (changed->unmet) {
        return refuse(refusal, changed->mark);
    }
    return with_tag_of(json_answer(done, fmt::format(R"({{"complete":{}}})", !changed->parked)),
                       changed->mark);
}

/// Makes the change that `If-Match` and `Idempotency-Key` allow.
void answer_change(const ApiSources& sources, ApiRequest request, const std::string& document,
                   Change change) {
    auto condition = condition_of(request.header("if-match"));
    if (!condition) {
        request.answer(error_answer(condition.error()));
        return;
    }
    change.condition = std::move(*condition);
    sources.keys.run(
        std::move(request), [&node = sources.node, document, change = std::move(change)](
                                ApiRequest first, std::optional<std::uint64_t> key) mutable {
            change.key = key;
            node.change_document(document, std::move(change),
                                 [first = std::move(first)](Result<Changed> changed) mutable {
                                     first.answer(answer_of(changed, 200, changed_meanwhile));
                                 });
        });
}

std::string root_for_text(const ApiSources& sources, const ApiRequest& request) {
    const std::string& configured = sources.node.policy().text_root;
    return query_parameter(request.query(), "root")
        .value_or(configured.empty() ? "text" : configured);
}

}  // namespace

void answer_create(const ApiSources& sources, ApiRequest request, const PathValues& values) {
    const std::string_view text = as_text(request.body().view());
    const std::string root = root_for_text(sources, request);
    if (text.empty() || !is_utf8(text) || !is_utf8(root)) {
        request.answer(error_answer(400, "invalid",
                                    "the body is the text of the document: UTF-8, and not empty, "
                                    "since a document exists from its first edit"));
        return;
    }
    Change change;
    change.edits = {Edit::insert_text(root, 0, text)};
    change.condition.kind = Condition::Kind::is_new;
    sources.node.change_document(values.document, std::move(change),
                                 [request = std::move(request)](Result<Changed> changed) mutable {
                                     request.answer(answer_of(changed, 201, not_new));
                                 });
}

void answer_edits(const ApiSources& sources, ApiRequest request, const PathValues& values) {
    auto edits = parse_edits(as_text(request.body().view()));
    if (!edits) {
        request.answer(error_answer(edits.error()));
        return;
    }
    Change change;
    change.edits = std::move(*edits);
    answer_change(sources, std::move(request), values.document, std::move(change));
}

void answer_import(const ApiSources& sources, ApiRequest request, const PathValues& values) {
    if (request.body().empty()) {
        request.answer(error_answer(400, "invalid", "the body is an update of the algorithm"));
        return;
    }
    Change change;
    change.update = request.body();
    answer_change(sources, std::move(request), values.document, std::move(change));
}

void answer_remove(const ApiSources& sources, ApiRequest request, const PathValues& values) {
    auto condition = condition_of(request.header("if-match"));
    if (!condition) {
        request.answer(error_answer(condition.error()));
        return;
    }
    sources.node.remove_document(
        values.document, std::move(*condition),
        [request = std::move(request)](const Result<Removed>& removed) mutable {
            if (!removed) {
                request.answer(error_answer(removed.error()));
            } else if (removed->unmet) {
                request.answer(refuse(changed_meanwhile, removed->mark));
            } else {
                request.answer(empty_answer(204));
            }
        });
}

}  // namespace weft
