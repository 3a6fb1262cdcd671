#include <fmt/format.h>

#include <cmath>

#include "scenarios.hpp"

namespace weft::bench {

namespace {

nlohmann::ordered_json to_json(const StepResult& step) {
    return {{"updates_per_second", step.updates_per_second},
            {"deliveries_per_second", step.deliveries_per_second},
            {"delivered_per_second", step.delivered_per_second},
            {"seconds", step.seconds},
            {"updates", step.updates},
            {"deliveries", step.deliveries},
            {"frames", step.frames},
            {"p50_ms", step.p50_ms},
            {"p90_ms", step.p90_ms},
            {"p99_ms", step.p99_ms},
            {"max_ms", step.max_ms},
            {"server_cpu_us_per_update", step.server_cpu_us_per_update},
            {"server_cpu_us_per_delivery", step.server_cpu_us_per_delivery},
            {"server_cpu_share", step.server_cpu_share},
            {"generator_cpu_share", step.generator_cpu_share},
            {"drained", step.drained},
            {"stopped_early", step.stopped_early}};
}

nlohmann::ordered_json to_json(const Checks& checks) {
    return {{"deliveries", checks.deliveries},    {"missing", checks.missing},
            {"repeated_clocks", checks.repeated}, {"out_of_order", checks.out_of_order},
            {"wrong_text", checks.wrong_text},    {"foreign", checks.foreign},
            {"undecodable", checks.undecodable},  {"lost_connections", checks.lost_connections}};
}

void say_step(const StepResult& step, const char* verdict) {
    say(fmt::format("{:>9.0f} updates/s {:>9.0f} deliveries/s  p50 {:>7.2f}  p99 {:>7.2f}  max "
                    "{:>7.2f} ms  server {:>5.2f} us/delivery"
                    " {:>3.0f} %  generator {:>3.0f} %  {}",
                    step.updates_per_second, step.deliveries_per_second, step.p50_ms, step.p99_ms,
                    step.max_ms, step.server_cpu_us_per_delivery, 100 * step.server_cpu_share,
                    100 * step.generator_cpu_share, verdict));
}

/// Doubles the rate until a step fails twice, then halves the distance until it is within 8 %.
class KneeSearch {
public:
    KneeSearch(Traffic& traffic, const ProcessMeter& server, const StepPlan& plan, double limit_ms)
        : traffic_(traffic), server_(server), plan_(plan), limit_ms_(limit_ms) {
        plan_.late_ns = static_cast<std::int64_t>(limit_ms * static_cast<double>(millisecond_ns));
    }

    nlohmann::ordered_json run() {
        constexpr int steps_max = 40;
        const auto searching = [&] { return bad_ == 0 || bad_ > good_ * 1.08; };
        for (int step = 0; step < steps_max && searching() && plan_.updates_per_second >= 1 &&
                           traffic_.first_failure().empty();
             ++step) {
            try_rate();
        }
        const bool generator_limited = limit_ == Limit::generator;
        return {{"knee", to_json(best_)},
                {"p99_limit_ms", limit_ms_},
                {"generator_limited", generator_limited},
                {"steps", steps_}};
    }

private:
    enum class Limit { server, generator };

    void try_rate() {
        const auto result = traffic_.run(plan_, server_);
        const bool good = result.drained && !result.stopped_early && result.p99_ms <= limit_ms_;
        say_step(result, good ? "ok" : result.drained ? "too slow" : "not all arrived in time");
        steps_.push_back(to_json(result));
        steps_.back()["good"] = good;
        // Whatever else stops the machine for longer than the p99 may be ends one step, seldom two.
        again_ = !good && !again_;
        if (again_) {
            return;
        }
        if (good) {
            good_ = plan_.updates_per_second;
            best_ = result;
        } else {
            bad_ = plan_.updates_per_second;
            limit_ = result.generator_cpu_share > 0.9 && result.server_cpu_share < 0.8
                         ? Limit::generator
                         : Limit::server;
        }
        plan_.updates_per_second = bad_ == 0    ? good_ * 2
                                   : good_ == 0 ? bad_ / 4
                                                : std::sqrt(good_ * bad_);
    }

    Traffic& traffic_;
    const ProcessMeter& server_;
    StepPlan plan_;
    double limit_ms_;
    double good_ = 0, bad_ = 0;
    bool again_ = false;  // the step is the second at its rate
    Limit limit_ = Limit::server;
    StepResult best_;
    nlohmann::ordered_json steps_ = nlohmann::ordered_json::array();
};

}  // namespace

Outcome run_traffic(const Setting& setting, const TrafficOptions& options) {
    EventLoop loop;
    Traffic traffic(loop, setting.target, options.shape, setting.document, setting.seed);
    traffic.open(setting.timeout_seconds);
    say(fmt::format("{} documents, {} writers and {} readers each: all synced",
                    options.shape.documents, options.shape.writers, options.shape.readers));

    StepPlan plan;
    plan.seconds = options.seconds;
    plan.warm_up_seconds = options.warm_up_seconds;
    plan.drain_seconds = setting.timeout_seconds;
    Outcome outcome;
    if (options.updates_per_second > 0) {
        plan.updates_per_second = options.updates_per_second;
        const auto result = traffic.run(plan, setting.server);
        say_step(result, result.drained ? "all arrived" : "not all arrived in time");
        outcome.figures["step"] = to_json(result);
    } else {
        plan.updates_per_second = options.knee_start;
        outcome.figures = KneeSearch(traffic, setting.server, plan, options.knee_limit_ms).run();
    }
    const auto checks = traffic.checks();
    say(fmt::format(
        "{} deliveries checked: {} missing, {} wrong, {} clocks repeated, {} out of order",
        checks.deliveries, checks.missing, checks.wrong_text + checks.foreign + checks.undecodable,
        checks.repeated, checks.out_of_order));
    outcome.figures["checks"] = to_json(checks);
    outcome.figures["server_resident_bytes"] = setting.server.resident_bytes();
    outcome.good = checks.good();
    outcome.failure = traffic.first_failure();
    return outcome;
}

}  // namespace weft::bench
