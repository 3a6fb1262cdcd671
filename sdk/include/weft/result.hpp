// What a call that can fail gives back. Nothing of Weft throws across a function that
// returns one of these, and nothing at all throws across a shared object.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace weft {

/// What the caller should do; the values are those of `weft_code` in weft/abi/base.h.
enum class Code : std::uint32_t {
    ok = 0,
    invalid = 1,       // a bug in the caller: logged and counted
    state = 2,         // called in the wrong order: logged and counted
    config = 3,        // refuse to start, point at file:line
    corrupt = 4,       // crdt: refuse the update; storage: this document needs an operator
    missing = 5,       // the stored rows of a document have a hole
    again = 6,         // retry soon
    unavailable = 7,   // retry with back-off
    timeout = 8,       // retry; whether it happened is unknown
    conflict = 9,      // an expected position, epoch or algorithm was lost
    limit = 10,        // over a limit: shed load
    no_memory = 11,    // shed load
    denied = 12,       // answer the caller
    not_found = 13,    // answer the caller
    unsupported = 14,  // answer the caller
    cancelled = 15,    // answer the caller
    internal = 16,     // an exception inside a plugin
};

constexpr const char* name_of(Code code) {
    constexpr const char* names[] = {
        "ok",     "invalid",     "state",       "config",    "corrupt", "missing",
        "again",  "unavailable", "timeout",     "conflict",  "limit",   "no_memory",
        "denied", "not_found",   "unsupported", "cancelled", "internal"};
    const auto index = static_cast<std::uint32_t>(code);
    return index < std::size(names) ? names[index] : "unknown";
}

/// A code for the program and a sentence with the value in it for the reader.
struct Error {
    Code code = Code::internal;
    std::string message;
    std::uint32_t retry_after_ms = 0;

    static Error malformed(std::string message) { return {Code::corrupt, std::move(message), 0}; }
};

/// A value or an `Error`. `Result<void>` carries only success.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    bool ok() const { return state_.index() == 0; }

    T& operator*() & { return *std::get_if<0>(&state_); }
    const T& operator*() const& { return *std::get_if<0>(&state_); }
    T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
    T* operator->() { return std::get_if<0>(&state_); }
    const T* operator->() const { return std::get_if<0>(&state_); }

    const Error& error() const { return *std::get_if<1>(&state_); }

private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)), ok_(false) {}

    explicit operator bool() const { return ok_; }
    bool ok() const { return ok_; }
    const Error& error() const { return error_; }

private:
    Error error_;
    bool ok_ = true;
};

}  // namespace weft
