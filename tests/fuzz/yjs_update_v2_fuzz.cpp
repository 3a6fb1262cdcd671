// Any bytes as an update v2: it is refused, or becomes an update v1 that stays the same on the way to v2 and back. A few
// bytes never take more memory than the limit allows.
#include "fuzz_input.hpp"
#include "update_tools.hpp"
#include "yjs_crdt.hpp"

namespace {

using namespace weft;
using namespace weft::yjs;
using fuzz::expect;

constexpr std::size_t unfolded_max = 64 * 1024;

Bytes fold(BytesView v1) {
    Bytes v2;
    expect(transcode_v1_to_v2(v1, v2).ok());
    return v2;
}

Bytes unfold(BytesView v2) {
    Bytes v1;
    expect(transcode_v2_to_v1(v2, v1).ok());
    return v1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input(data, size);
    Bytes v1;
    const Result<void> accepted = transcode_v2_to_v1(input, v1, unfolded_max);
    expect(v1.size() <= unfolded_max + 16 * size + 64);
    OpenUpdate open;
    const Result<void> opened = open.read(input, UpdateFormat::v2, unfolded_max);
    if (!accepted) {
        return 0;
    }
    // With any-values instead of JSON text the update may just pass the limit.
    expect(opened.ok() || opened.error().code == Code::limit);

    const Bytes v2 = fold(v1);
    const Bytes again = unfold(v2);
    expect(fold(again) == v2);

    Bytes converted;
    expect(convert_v2_to_v1(v2, converted).ok());
    Bytes state_vector, state_vector_v2;
    expect(state_vector_from_update(v1, UpdateFormat::v1, state_vector).ok());
    expect(state_vector_from_update(v2, UpdateFormat::v2, state_vector_v2).ok());
    expect(state_vector == state_vector_v2);
    Bytes diff;
    expect(diff_update(v2, UpdateFormat::v2, state_vector, diff).ok());
    expect(check_update(diff, UpdateFormat::v2).ok());

    const auto replica = YjsCrdt({true}).create_replica({1, 0, 1u << 20});
    const BytesView view = v1;
    Applied applied;
    replica->apply({&view, 1}, {&applied, 1});
    expect(applied.code == Code::ok || applied.code == Code::limit);
    return 0;
}
