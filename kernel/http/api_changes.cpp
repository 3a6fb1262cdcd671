// What changes a document over HTTP, and the update that takes it elsewhere.
#include "kernel/http/api_changes.hpp"

#include "kernel/http/edit_request.hpp"
#include "kernel/http/http_answer.hpp"
#include "kernel/node/node.hpp"

#include <fmt/format.h>

namespace weft {

namespace {

void change(Node& node, ApiRequest request, const std::string& document, Change change) {
    node.change_document(
        document, std::move(change),
        [request = std::move(request)](Result<Changed> changed) mutable {
            request.answer(
                changed ? json_answer(200, fmt::format(R"({{"complete":{}}})", !changed->parked))
                        : error_answer(changed.error()));
        });
}

}  // namespace

void answer_edits(Node& node, ApiRequest request, const std::string& document) {
    auto edits = parse_edits(as_text(request.body().view()));
    if (!edits) {
        request.answer(error_answer(edits.error()));
        return;
    }
    change(node, std::move(request), document, {std::move(*edits), {}});
}

void answer_export(Node& node, ApiRequest request, const std::string& document) {
    node.query_document(
        document,
        [](const DocumentView& view) -> Result<Bytes> {
            if (!view.exists) {
                return Error{Code::not_found, "no such document", 0};
            }
            Bytes update;
            const auto done = view.replica.diff({}, update);
            return done ? Result<Bytes>(std::move(update)) : done.error();
        },
        [request = std::move(request)](Result<Bytes> update) mutable {
            request.answer(update ? bytes_answer(200, *update) : error_answer(update.error()));
        });
}

void answer_import(Node& node, ApiRequest request, const std::string& document) {
    if (request.body().empty()) {
        request.answer(error_answer(400, "invalid", "the body is an update of the algorithm"));
        return;
    }
    const Buffer update = request.body();
    change(node, std::move(request), document, {{}, update});
}

}  // namespace weft
