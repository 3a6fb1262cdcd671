#include "engine_commands.hpp"
#include "history.hpp"
#include "relative_position.hpp"

namespace weft::yjs {
namespace {

Result<void> check_out_at(const StructStore& store, BytesView bytes, Bytes& answer) {
    const Result<Snapshot> snapshot = decode_snapshot(bytes, UpdateFormat::v1);
    return snapshot ? check_out(store, *snapshot, answer) : snapshot.error();
}

Result<void> anchor(const StructStore& store, Reader& request, Bytes& answer) {
    const Handle type = store.find_root(request.varstring());
    const std::uint64_t index = request.varuint();
    const std::int64_t assoc = request.u8() != 0 ? -1 : 0;
    if (type == none) {
        return Error{Code::not_found, "there is no such root", 0};
    }
    encode_relative_position(relative_position(store, type, index, assoc), answer);
    return {};
}

Result<void> position(const StructStore& store, BytesView anchor, Bytes& answer) {
    const Result<RelativePosition> decoded = decode_relative_position(anchor);
    if (!decoded) {
        return decoded.error();
    }
    const Result<AbsolutePosition> found = absolute_position(store, *decoded);
    Writer writer(answer);
    writer.varuint(found ? 1 : 0);
    if (found) {
        writer.varuint(found->index);
    }
    return {};
}

}  // namespace

Result<void> run_on_store(Ask ask, const StructStore& store, Reader& request, Bytes& answer) {
    switch (ask) {
    case Ask::snapshot: encode_snapshot(snapshot_of(store), UpdateFormat::v1, answer); return {};
    case Ask::check_out: return check_out_at(store, request.varbytes(), answer);
    case Ask::anchor: return anchor(store, request, answer);
    case Ask::position: return position(store, request.varbytes(), answer);
    default: request.fail(); return {};
    }
}

}  // namespace weft::yjs
