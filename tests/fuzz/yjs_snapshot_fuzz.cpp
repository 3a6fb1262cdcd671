// Any bytes as a snapshot: it is refused, or reads back after it was written, in either format.
// The input is the format in one byte, then the snapshot, behind its length, and an update v1.
#include "fuzz_input.hpp"
#include "snapshot_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace weft;
    using namespace weft::yjs;
    using fuzz::expect;
    if (size == 0) {
        return 0;
    }
    const UpdateFormat format = data[0] % 2 == 0 ? UpdateFormat::v1 : UpdateFormat::v2;
    std::vector<BytesView> parts = fuzz::pieces({data + 1, size - 1}, 2);
    parts.resize(2);
    const Result<Snapshot> snapshot = decode_snapshot(parts[0], format);
    if (!snapshot) {
        return 0;
    }
    for (const UpdateFormat other : {UpdateFormat::v1, UpdateFormat::v2}) {
        Bytes written;
        encode_snapshot(*snapshot, other, written);
        const Result<Snapshot> again = decode_snapshot(written, other);
        expect(again.ok() && equal_snapshots(*snapshot, *again));
    }
    const Result<bool> contains = snapshot_contains_update(*snapshot, parts[1], UpdateFormat::v1);
    expect(contains.ok() == check_update(parts[1], UpdateFormat::v1).ok());
    return 0;
}
