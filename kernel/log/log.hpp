// What the server tells its operator while it runs.
#pragma once

#include <weft/host.hpp>

#include <fmt/format.h>

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace weft {

/// A value beside a message, so that a line can be searched by machine: `document=notes seq=12`.
class LogField {
public:
    LogField(std::string_view key, std::string_view value) : key_(key), value_(value) {}
    LogField(std::string_view key, const char* value) : key_(key), value_(value) {}
    LogField(std::string_view key, bool value)
        : key_(key), value_(value ? "true" : "false"), bare_(true) {}

    template <class T>
    requires(std::is_arithmetic_v<T> && !std::is_same_v<T, char>)
        LogField(std::string_view key, T value)
        : key_(key), value_(fmt::format("{}", value)), bare_(is_finite(value)) {}

    std::string_view key() const { return key_; }
    std::string_view value() const { return value_; }
    bool is_bare() const { return bare_; }  // JSON wants no quotes around a number and a boolean

private:
    // NaN and the infinities are numbers that JSON does not have.
    template <class T>
    static bool is_finite(T value) {
        return value - value == 0;
    }

    std::string_view key_;
    std::string value_;
    bool bare_ = false;
};

/// Takes log lines. It is handed to whoever writes them; the simulator hands out its own.
///
/// Threads   `write` and `enabled` from any thread. `write` never waits for whoever reads the log.
/// Lifetime  Everything passed to `write` is copied before it returns.
class Log {
public:
    virtual ~Log() = default;

    virtual bool enabled(LogLevel level) const = 0;

    /// `component` is the part that speaks ("document", "storage/sqlite"); `message` is a sentence without values in it: those
    /// are fields, so that equal events have equal messages.
    virtual void write(LogLevel level, std::string_view component, std::string_view message,
                       std::span<const LogField> fields) = 0;

    using Fields = std::initializer_list<LogField>;
    void debug(std::string_view component, std::string_view message, Fields fields = {}) {
        write_if_enabled(LogLevel::debug, component, message, fields);
    }
    void info(std::string_view component, std::string_view message, Fields fields = {}) {
        write_if_enabled(LogLevel::info, component, message, fields);
    }
    void warning(std::string_view component, std::string_view message, Fields fields = {}) {
        write_if_enabled(LogLevel::warning, component, message, fields);
    }
    void error(std::string_view component, std::string_view message, Fields fields = {}) {
        write_if_enabled(LogLevel::error, component, message, fields);
    }

private:
    void write_if_enabled(LogLevel level, std::string_view component, std::string_view message,
                          Fields fields) {
        if (enabled(level)) {
            write(level, component, message,
                  std::span<const LogField>(fields.begin(), fields.size()));
        }
    }
};

enum class LogFormat { text, json };

/// The part of a line after time and level: `component=document msg="loaded" document=notes`, or the same as JSON members.
/// Values are escaped, so that no document name can forge a line.
std::string render_log_line(LogFormat format, std::string_view component, std::string_view message,
                            std::span<const LogField> fields);

/// Lines on stderr, by a thread of its own. When nobody reads stderr the oldest waiting lines are dropped and the server goes on;
/// the destructor writes what still waits.
std::unique_ptr<Log> make_stderr_log(LogLevel level, LogFormat format);

}  // namespace weft
