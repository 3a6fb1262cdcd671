// Random histories of a CRDT, written down byte for byte. The same source runs natively and as WebAssembly: if the two
// logs differ, the algorithm depends on the machine.
#pragma once

#include <weft/crdt.hpp>

#include <cstdint>

namespace weft::wasm_test {

/// Appends everything that three replicas answer in the history of this seed: updates, effective updates, states, texts,
/// JSON, digests, merges, refusals.
void log_history(const Crdt& crdt, std::uint64_t seed, Bytes& log);

}  // namespace weft::wasm_test
