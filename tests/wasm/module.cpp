// The WebAssembly module: an engine and its histories, behind two functions for Node.
#include "histories.hpp"

// What tests/wasm/CMakeLists.txt names: the header and the class of a crdt plugin.
#include WEFT_CRDT_HEADER

namespace {

weft::Bytes last_log;

template <class Plugin>
Plugin with_default_options() {
    if constexpr (requires { typename Plugin::Options; }) {
        return Plugin{typename Plugin::Options{}};
    } else {
        return Plugin{};
    }
}

}  // namespace

#define WEFT_EXPORT(name) extern "C" __attribute__((export_name(#name), visibility("default")))

/// Runs the history of a seed and gives where its log stands, until the next call.
WEFT_EXPORT(history) const std::uint8_t* history(std::uint32_t seed) {
    last_log.clear();
    weft::wasm_test::log_history(with_default_options<WEFT_CRDT_CLASS>(), seed, last_log);
    return last_log.data();
}

WEFT_EXPORT(history_length) std::uint32_t history_length() {
    return static_cast<std::uint32_t>(last_log.size());
}
