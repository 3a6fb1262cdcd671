#pragma once

#include "kernel/shard/executor.hpp"

#include <weft/result.hpp>

#include <algorithm>
#include <string>

namespace weft {

/// Whether trying again may help.
inline bool is_temporary(Code code) {
    return code == Code::again || code == Code::unavailable || code == Code::timeout ||
           code == Code::no_memory;
}

/// How long to wait before an operation goes to the store again: as long as the store asks for, or else `own`.
inline Duration retry_delay(const Error& error, Duration own) {
    constexpr Duration longest = std::chrono::seconds(5);
    const Duration asked = std::chrono::milliseconds(error.retry_after_ms);
    return asked > Duration::zero() ? std::min(asked, longest) : own;
}

/// What the store's last answer to the documents of a shard was. While it is away they ask again and again, so it is known
/// soon when it is back.
struct StoreHealth {
    bool is_away = false;
    std::string reason;  // why

    void on_answer() { is_away = false; }
    void on_error(const Error& error) {
        is_away = error.code == Code::unavailable || error.code == Code::timeout;
        if (is_away) {
            reason = error.message;
        }
    }
};

}  // namespace weft
