// What the server tells about itself.
#include "kernel/http/api_answers.hpp"
#include "kernel/http/http_answer.hpp"
#include "kernel/node/node.hpp"

#include <algorithm>
#include <mutex>

namespace weft {

namespace {

constexpr Duration store_answers_within = std::chrono::seconds(1);

/// Given once: by whoever comes first.
class ReadyAnswer {
public:
    explicit ReadyAnswer(ApiRequest request) : request_(std::move(request)) {}

    /// `trouble` is why the server is not ready; empty if it is.
    void give(const std::string& trouble) {
        std::unique_lock lock(mutex_);
        auto request = std::exchange(request_, std::nullopt);
        lock.unlock();
        if (request) {
            request->answer(trouble.empty() ? text_answer(200, "ready\n")
                                            : text_answer(503, trouble + "\n"));
        }
    }

private:
    std::mutex mutex_;
    std::optional<ApiRequest> request_;
};

/// A node that nobody uses learns nothing of its store: it asks.
void ask_store(Node& node, const std::shared_ptr<ReadyAnswer>& answer) {
    node.storage().list({{}, {}, 1}, [answer](const Result<std::vector<DocumentStat>>& listed) {
        answer->give(listed ? "" : "the store is away: " + listed.error().message);
    });
    node.after(store_answers_within, [answer] { answer->give("the store does not answer"); });
}

}  // namespace

void answer_health(const ApiSources&, ApiRequest request, const PathValues&) {
    request.answer(text_answer(200, "ok\n"));
}

void answer_ready(const ApiSources& sources, ApiRequest request, const PathValues&) {
    const auto answer = std::make_shared<ReadyAnswer>(std::move(request));
    if (sources.node.draining()) {
        answer->give("the server drains");
        return;
    }
    if (const StorageStatus store = sources.node.storage().status(); !store.up) {
        answer->give("the store is away: " + store.reason);
        return;
    }
    sources.node.gather<StoreHealth>(
        [](DocumentShard& shard) { return shard.store_health(); },
        [&node = sources.node, answer](const std::vector<StoreHealth>& shards) {
            const auto away = std::ranges::find(shards, true, &StoreHealth::is_away);
            if (away == shards.end()) {
                ask_store(node, answer);
            } else {
                answer->give("the store is away: " + away->reason);
            }
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
