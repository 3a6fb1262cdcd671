// What the server tells about itself.
#include "kernel/http/api_answers.hpp"
#include "kernel/http/http_answer.hpp"
#include "kernel/node/node.hpp"

namespace weft {

void answer_health(const ApiSources&, ApiRequest request, const PathValues&) {
    request.answer(text_answer(200, "ok\n"));
}

void answer_ready(const ApiSources& sources, ApiRequest request, const PathValues&) {
    if (sources.node.draining()) {
        request.answer(text_answer(503, "draining\n"));
        return;
    }
    sources.node.storage().list({{}, {}, 1}, [request = std::move(request)](
                                                 Result<std::vector<DocumentStat>> listed) mutable {
        request.answer(
            listed
                ? text_answer(200, "ready\n")
                : text_answer(503, "the store does not answer: " + listed.error().message + "\n"));
    });
}

void answer_metrics(const ApiSources& sources, ApiRequest request, const PathValues&) {
    sources.node.gather<ShardCounters>(
        [](DocumentShard& shard) { return shard.counters(); },
        [&render = sources.render_metrics,
         request = std::move(request)](std::vector<ShardCounters> counters) mutable {
            auto response = text_answer(200, render(counters));
            response.headers[0].second = "text/plain; version=0.0.4; charset=utf-8";
            request.answer(std::move(response));
        });
}

void answer_plugins(const ApiSources& sources, ApiRequest request, const PathValues&) {
    request.answer(json_answer(200, sources.plugins_json));
}

}  // namespace weft
