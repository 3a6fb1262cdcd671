#include "engine_commands.hpp"
#include "snapshot_codec.hpp"

namespace weft::yjs {
namespace {

UpdateFormat other(UpdateFormat format) {
    return format == UpdateFormat::v1 ? UpdateFormat::v2 : UpdateFormat::v1;
}

Result<void> merge(UpdateFormat format, Reader& request, Bytes& answer) {
    std::vector<BytesView> updates;
    for (std::uint64_t count = request.varuint(); request.ok() && updates.size() < count;) {
        updates.push_back(request.varbytes());
    }
    return merge_updates(updates, format, answer);
}

Result<void> recode_snapshot(UpdateFormat format, BytesView bytes, Bytes& answer) {
    const Result<Snapshot> snapshot = decode_snapshot(bytes, format);
    if (!snapshot) {
        return snapshot.error();
    }
    encode_snapshot(*snapshot, other(format), answer);
    return {};
}

Result<void> contains(UpdateFormat format, Reader& request, Bytes& answer) {
    const Result<Snapshot> snapshot = decode_snapshot(request.varbytes(), format);
    if (!snapshot) {
        return snapshot.error();
    }
    const Result<bool> contained = snapshot_contains_update(*snapshot, request.varbytes(), format);
    if (!contained) {
        return contained.error();
    }
    answer.push_back(*contained ? 1 : 0);
    return {};
}

}  // namespace

Result<void> run_on_bytes(Ask ask, Reader& request, Bytes& answer) {
    const auto format = static_cast<UpdateFormat>(request.u8());
    switch (ask) {
    case Ask::merge: return merge(format, request, answer);
    case Ask::diff_update: {
        const BytesView update = request.varbytes();
        return diff_update(update, format, request.varbytes(), answer);
    }
    case Ask::state_vector_from:
        return state_vector_from_update(request.varbytes(), format, answer);
    case Ask::convert:
        return format == UpdateFormat::v1 ? convert_v1_to_v2(request.varbytes(), answer)
                                          : convert_v2_to_v1(request.varbytes(), answer);
    case Ask::recode_snapshot: return recode_snapshot(format, request.varbytes(), answer);
    case Ask::contains: return contains(format, request, answer);
    case Ask::check: return check_update(request.varbytes(), format);
    default: request.fail(); return {};
    }
}

}  // namespace weft::yjs
