#include "kernel/log/log.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace weft {
namespace {

// 1,024 lines wait at the most: their slots are allocated at the start, and half a megabyte is enough for a burst.
constexpr std::size_t lines_waiting_max = 1024;

constexpr const char* text_pattern = "time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v";
constexpr const char* json_pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: break;
    }
    return spdlog::level::err;
}

class StderrLog final : public Log {
public:
    StderrLog(LogLevel level, LogFormat format)
        : format_(format),
          pool_(std::make_shared<spdlog::details::thread_pool>(lines_waiting_max, 1)),
          logger_(std::make_shared<spdlog::async_logger>(
              "weft", std::make_shared<spdlog::sinks::stderr_sink_mt>(), pool_,
              spdlog::async_overflow_policy::overrun_oldest)) {
        const char* pattern = format == LogFormat::json ? json_pattern : text_pattern;
        logger_->set_formatter(
            std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
        logger_->set_level(spdlog_level(level));
    }

    /// Writes what waits and joins the thread, while the logger still stands.
    ~StderrLog() override { pool_.reset(); }
    StderrLog(const StderrLog&) = delete;
    StderrLog& operator=(const StderrLog&) = delete;

    bool enabled(LogLevel level) const override { return logger_->should_log(spdlog_level(level)); }

    void write(LogLevel level, std::string_view component, std::string_view message,
               std::span<const LogField> fields) override {
        const std::string line = render_log_line(format_, component, message, fields);
        logger_->log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
    }

private:
    LogFormat format_;
    std::shared_ptr<spdlog::details::thread_pool> pool_;
    std::shared_ptr<spdlog::async_logger> logger_;
};

}  // namespace

std::unique_ptr<Log> make_stderr_log(LogLevel level, LogFormat format) {
    return std::make_unique<StderrLog>(level, format);
}

}  // namespace weft
