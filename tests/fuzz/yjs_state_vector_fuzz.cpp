// Any bytes as a state vector: it is refused, or reads back after it was written, and whoever asks with it is answered.
// The input is the state vector, behind its length, then an update.
#include "fuzz_input.hpp"
#include "update_encoder.hpp"
#include "update_tools.hpp"
#include "yjs_crdt.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace weft;
    using namespace weft::yjs;
    using fuzz::expect;
    std::vector<BytesView> parts = fuzz::pieces({data, size}, 2);
    parts.resize(2);
    const auto [state_vector, update] = std::pair(parts[0], parts[1]);

    const Result<StateVector> clocks = decode_state_vector(state_vector);
    const YjsCrdt crdt({true});
    const auto replica = crdt.create_replica({1, 64u << 20, 1u << 20});
    Applied applied;
    replica->apply({&update, 1}, {&applied, 1});
    Bytes of_document, of_update;
    expect(replica->diff(state_vector, ParkedParts::left_out, of_document).ok() == clocks.ok());
    const bool diffed = diff_update(update, UpdateFormat::v1, state_vector, of_update).ok();
    expect(diffed == (clocks.ok() && crdt.check(update).ok()));
    expect(crdt.overlaps(update, state_vector).ok() == diffed);
    if (diffed) {
        expect(crdt.check(of_update).ok());
    }
    if (!clocks) {
        return 0;
    }
    expect(crdt.check(of_document).ok());
    Bytes written;
    Writer writer(written);
    write_state_vector(writer, *clocks);
    const Result<StateVector> again = decode_state_vector(written);
    expect(again.ok() && *again == *clocks);
    return 0;
}
