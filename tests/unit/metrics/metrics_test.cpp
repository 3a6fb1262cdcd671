// GET /metrics: what plugins record, what the caller brings, what the process costs.
#include "kernel/metrics/metrics.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <thread>
#include <vector>

namespace weft {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, ACounterOfAPluginGrowsAndItsGaugeIsSet) {
    Metrics metrics("1.2.3");
    const MetricId rows =
        metrics.define("storage/sqlite", MetricKind::counter, "rows_total", "Rows written");
    const MetricId waiting =
        metrics.define("storage/sqlite", MetricKind::gauge, "waiting", "Rows that wait");
    metrics.record(rows, 2);
    metrics.record(rows, 3);
    metrics.record(waiting, 7);
    metrics.record(waiting, 4);
    const std::string text = metrics.render();
    EXPECT_THAT(text,
                HasSubstr("# HELP weft_rows_total Rows written\n# TYPE weft_rows_total counter\n"));
    EXPECT_THAT(text, HasSubstr("weft_rows_total{plugin=\"sqlite\",seam=\"storage\"} 5\n"));
    EXPECT_THAT(text, HasSubstr("weft_waiting{plugin=\"sqlite\",seam=\"storage\"} 4\n"));
}

TEST(Metrics, TheSameNameOfTheSamePluginIsTheSameMetric) {
    Metrics metrics("1");
    const MetricId first = metrics.define("bus/local", MetricKind::counter, "sent_total", "Sent");
    EXPECT_EQ(metrics.define("bus/local", MetricKind::counter, "sent_total", "Sent"), first);
    EXPECT_NE(metrics.define("bus/redis", MetricKind::counter, "sent_total", "Sent"), first);
}

TEST(Metrics, AMistakeOfAPluginIsNotShownAndHarmsNobody) {
    Metrics metrics("1");
    const MetricId bad_name = metrics.define("bus/local", MetricKind::counter, "not a name", "x");
    const MetricId sent = metrics.define("bus/local", MetricKind::counter, "sent_total", "Sent");
    const MetricId other_kind =
        metrics.define("bus/redis", MetricKind::gauge, "sent_total", "Sent");
    for (const MetricId id : {bad_name, other_kind, static_cast<MetricId>(4711)}) {
        metrics.record(id, 1);
    }
    metrics.record(sent, 2);
    metrics.record(sent, -5);
    metrics.record(sent, std::numeric_limits<double>::quiet_NaN());
    const std::string text = metrics.render();
    EXPECT_THAT(text, Not(HasSubstr("not a name")));
    EXPECT_THAT(text, HasSubstr("weft_sent_total{plugin=\"local\",seam=\"bus\"} 2\n"));
}

TEST(Metrics, SamplesOfOneNameStandTogether) {
    const std::vector<MetricSample> samples{
        {MetricKind::gauge, "weft_sessions", "Open sessions", 3, {{"shard", "0"}}},
        {MetricKind::counter, "weft_updates_total", "Updates", 9, {}},
        {MetricKind::gauge, "weft_sessions", "Open sessions", 4, {{"shard", "1"}}},
    };
    const std::string text = Metrics("1").render(samples);
    EXPECT_THAT(text, HasSubstr("# TYPE weft_sessions gauge\nweft_sessions{shard=\"0\"} "
                                "3\nweft_sessions{shard=\"1\"} 4\n"));
    EXPECT_THAT(text, HasSubstr("weft_updates_total 9\n"));
}

TEST(Metrics, TheProcessAndTheVersionAreShown) {
    const std::string text = Metrics("1.2.3").render();
    EXPECT_THAT(text, HasSubstr("weft_build_info{version=\"1.2.3\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE process_cpu_seconds_total counter\n"));
    for (const MetricSample& sample : process_samples()) {
        EXPECT_THAT(text, HasSubstr(sample.name));
        if (sample.name != "process_cpu_seconds_total") {
            EXPECT_GT(sample.value, 0) << sample.name;
        }
    }
}

TEST(Metrics, ManyThreadsRecordWithoutLosingAny) {
    Metrics metrics("1");
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&metrics] {
            const MetricId id =
                metrics.define("crdt/yjs", MetricKind::counter, "applied_total", "Applied");
            for (int i = 0; i < 5000; ++i) {
                metrics.record(id, 1);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_THAT(metrics.render(),
                HasSubstr("weft_applied_total{plugin=\"yjs\",seam=\"crdt\"} 20000\n"));
}

}  // namespace
}  // namespace weft
