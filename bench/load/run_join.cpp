#include <fmt/format.h>

#include "histogram.hpp"
#include "joiner.hpp"
#include "scenarios.hpp"

namespace weft::bench {

namespace {

/// What a number of joins took, and whether each had the whole document.
struct Joins {
    Histogram took;
    std::uint32_t incomplete = 0;
    double server_cpu_ms_each = 0;
    double seconds = 0;
    std::string failure;

    [[nodiscard]] nlohmann::ordered_json to_json() const {
        return {{"joins", took.count()},
                {"p50_ms", to_ms(took.quantile(0.5))},
                {"p90_ms", to_ms(took.quantile(0.9))},
                {"p99_ms", to_ms(took.quantile(0.99))},
                {"max_ms", to_ms(took.max())},
                {"server_cpu_ms_per_join", server_cpu_ms_each},
                {"seconds", seconds},
                {"incomplete", incomplete}};
    }
};

/// `count` joins, `at_once` of them together; those of earlier rounds have left again.
Joins join(EventLoop& loop, const Setting& setting, const Author& author, std::uint32_t count,
           std::uint32_t at_once) {
    Joins joins;
    const auto cpu = setting.server.cpu_ns();
    const auto started = now_ns();
    for (std::uint32_t begun = 0; begun < count; begun += at_once) {
        std::vector<std::unique_ptr<Joiner>> round;
        for (std::uint32_t at = 0; at < at_once && begun + at < count; ++at) {
            round.push_back(std::make_unique<Joiner>(loop, setting, begun + at, author));
        }
        const bool in_time = wait_for(loop, round, setting.timeout_seconds);
        for (const auto& joiner : round) {
            const bool whole = joiner->done() && joiner->whole();
            joins.incomplete += whole ? 0 : 1;
            if (whole) {
                joins.took.record(joiner->took_ns());
            } else {
                joins.failure = !joiner->failure().empty() ? joiner->failure()
                                : in_time                  ? "not the whole document"
                                                           : "no step 2 in time";
            }
        }
    }
    joins.seconds = static_cast<double>(now_ns() - started) / 1e9;
    joins.server_cpu_ms_each = count > 0 ? to_ms(setting.server.cpu_ns() - cpu) / count : 0;
    return joins;
}

void say_joins(const char* how, const Joins& joins) {
    say(fmt::format("{} joins {}: p50 {:.2f}  p99 {:.2f}  max {:.2f} ms, server {:.2f} ms CPU "
                    "each, {} incomplete",
                    joins.took.count(), how, to_ms(joins.took.quantile(0.5)),
                    to_ms(joins.took.quantile(0.99)), to_ms(joins.took.max()),
                    joins.server_cpu_ms_each, joins.incomplete));
}

/// Answers the server's step 1 with the whole document and stays, so that the document stays loaded.
class Builder final : public ClientListener {
public:
    void on_lost(Client& /*client*/, const std::string& reason) override { failure = reason; }

    std::string failure;
};

}  // namespace

Outcome run_join(const Setting& setting, const JoinOptions& options) {
    EventLoop loop;
    Author author(setting.seed * 0x9e3779b97f4a7c15U & 0xffffffff, options.characters);
    author.type_nested(options.pieces);
    Builder listener;
    Client builder(loop, setting.target, setting.document, 0, &author, listener);
    const auto deadline = now_ns() + static_cast<std::int64_t>(setting.timeout_seconds * 1e9);
    while (!reads_whole_document(loop, setting, author)) {
        if (!listener.failure.empty() || now_ns() > deadline) {
            return {{}, false, "the document could not be built: " + listener.failure};
        }
    }
    Bytes document;
    author.append_since(document, 0);
    say(fmt::format("document of {} characters in {} pieces, {} bytes", author.clock(),
                    options.pieces, document.size()));

    const auto one_by_one = join(loop, setting, author, options.joins, 1);
    say_joins("one after another", one_by_one);
    const auto storm = join(loop, setting, author, options.storm, options.storm);
    say_joins("at once", storm);
    return {{{"document_bytes", document.size()},
             {"characters", author.clock()},
             {"one_by_one", one_by_one.to_json()},
             {"storm", storm.to_json()},
             {"server_resident_bytes", setting.server.resident_bytes()}},
            one_by_one.incomplete + storm.incomplete == 0,
            one_by_one.failure.empty() ? storm.failure : one_by_one.failure};
}

}  // namespace weft::bench
