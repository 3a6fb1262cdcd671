// What is in a document: its readable content, and all of it as one update.
#include "kernel/document/document_name.hpp"
#include "kernel/document/readable_content.hpp"
#include "kernel/http/api_answers.hpp"
#include "kernel/http/entity_tag.hpp"
#include "kernel/http/http_answer.hpp"
#include "kernel/node/node.hpp"

namespace weft {

namespace {

struct ContentQuery {
    bool as_json = false;
    std::string root;  // empty: as the configuration says
    std::string configured_root;
};

Result<Bytes> bytes_of(const Result<std::string>& text) {
    return text ? Result<Bytes>(to_bytes(as_bytes(*text))) : Result<Bytes>(text.error());
}

Result<Bytes> make_content(const DocumentView& view, const ContentQuery& query) {
    if (!query.root.empty()) {
        return bytes_of(query.as_json ? view.replica.json(query.root)
                                      : view.replica.text(query.root, 0, all_units));
    }
    return to_bytes(as_bytes(query.as_json
                                 ? json_of_all_roots(view.replica)
                                 : readable_content(view.replica, query.configured_root)));
}

Result<Bytes> make_update(const DocumentView& view) {
    Bytes update;
    const auto done = view.replica.diff({}, update);
    return done ? Result<Bytes>(std::move(update)) : done.error();
}

/// Answers with what `make` makes of the document, unless the client has it. `finish` gives the answer its type.
void answer_state(const ApiSources& sources, ApiRequest request, const std::string& document,
                  std::string variant, UniqueFunction<Result<Bytes>(const DocumentView&)> make,
                  HttpResponse (*finish)(BytesView body)) {
    const std::string known = request.header("if-none-match");
    sources.node.query_document(
        document,
        [known, variant,
         make = std::move(make)](const DocumentView& view) mutable -> Result<Bytes> {
            if (!view.exists) {
                return Error{Code::not_found, "no such document", 0};
            }
            const bool is_known = view.mark && names_tag(known, entity_tag(*view.mark, variant));
            return is_known ? Result<Bytes>(Bytes{}) : make(view);
        },
        [known, variant, finish,
         request = std::move(request)](Result<DocumentAnswer> answer) mutable {
            if (!answer) {
                request.answer(error_answer(answer.error()));
                return;
            }
            if (!answer->mark) {
                request.answer(finish(answer->body));
                return;
            }
            const std::string tag = entity_tag(*answer->mark, variant);
            request.answer(
                with_tag(names_tag(known, tag) ? empty_answer(304) : finish(answer->body), tag));
        });
}

HttpResponse as_plain_text(BytesView body) {
    return text_answer(200, as_text(body));
}

HttpResponse as_json(BytesView body) {
    return json_answer(200, as_text(body));
}

HttpResponse as_update(BytesView body) {
    return bytes_answer(200, body);
}

}  // namespace

void answer_content(const ApiSources& sources, ApiRequest request, const PathValues& values) {
    ContentQuery query;
    query.as_json = request.header("accept").find("application/json") != std::string::npos;
    query.root = query_parameter(request.query(), "root").value_or("");
    query.configured_root = sources.node.policy().text_root;
    request.add_header("Vary", "Accept");
    answer_state(
        sources, std::move(request), values.document, query.as_json ? "json" : "",
        [query](const DocumentView& view) { return make_content(view, query); },
        query.as_json ? &as_json : &as_plain_text);
}

void answer_export(const ApiSources& sources, ApiRequest request, const PathValues& values) {
    answer_state(sources, std::move(request), values.document, "", &make_update, &as_update);
}

}  // namespace weft
