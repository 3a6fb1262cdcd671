#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "client.hpp"
#include "process_meter.hpp"
#include "traffic.hpp"

namespace weft::bench {

/// What every scenario is told.
struct Setting {
    Target target;
    ProcessMeter server{0};
    std::string document;  ///< the name, or its beginning when there are several
    std::uint64_t seed = 1;
    double timeout_seconds = 30;  ///< for connecting, and for the last delivery to arrive
};

/// What a scenario answers: figures for the report, and whether everything that was sent has also arrived.
struct Outcome {
    nlohmann::ordered_json figures;
    bool good = false;
    std::string failure;
};

/// Progress goes to the standard error, one line at a time.
void say(const std::string& line);

struct TrafficOptions {
    TrafficShape shape;
    double updates_per_second = 0;  ///< 0: search for the knee
    double knee_start = 100;        ///< updates/s of the first step
    double knee_limit_ms = 100;     ///< the p99 that counts as still good
    double seconds = 3;
    double warm_up_seconds = 0.5;
};
Outcome run_traffic(const Setting& setting, const TrafficOptions& options);

struct IngestOptions {
    std::uint64_t updates = 260'000;
    std::uint32_t characters = 1;
};
Outcome run_ingest(const Setting& setting, const IngestOptions& options);

struct JoinOptions {
    std::uint64_t pieces = 5'500;
    std::uint32_t characters = 19;
    std::uint32_t joins = 50;
    std::uint32_t storm = 50;
};
Outcome run_join(const Setting& setting, const JoinOptions& options);

struct ConnectOptions {
    std::uint32_t connections = 5'000;
    std::uint32_t documents = 1;
    std::uint32_t at_once = 64;
};
Outcome run_connect(const Setting& setting, const ConnectOptions& options);

struct IdleOptions {
    std::uint32_t connections = 2'000;
    std::uint32_t documents = 2'000;
};
Outcome run_idle(const Setting& setting, const IdleOptions& options);

}  // namespace weft::bench
