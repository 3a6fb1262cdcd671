#include "snapshot_codec.hpp"

#include "update_encoder.hpp"
#include "update_v2_decoder.hpp"
#include "update_v2_encoder.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

bool same_ranges(const std::vector<WireRange>& a, const std::vector<WireRange>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const WireRange& left, const WireRange& right) {
                          return left.client == right.client && left.clock == right.clock &&
                                 left.length == right.length;
                      });
}

}  // namespace

Result<Snapshot> decode_snapshot(BytesView bytes, UpdateFormat format) {
    Snapshot snapshot;
    Reader reader(bytes);
    if (format == UpdateFormat::v1) {
        read_delete_set(reader, snapshot.deletes);
    } else {
        read_delete_set_v2(reader, snapshot.deletes);
    }
    if (!reader.ok()) {
        return Error::malformed("the delete set of a snapshot of " + std::to_string(bytes.size()) +
                                " bytes is malformed");
    }
    if (reader.at_end()) {
        return Error::malformed("a snapshot ends behind its delete set");
    }
    normalise(snapshot.deletes);
    Result<StateVector> clocks = decode_state_vector({reader.cursor(), reader.remaining()});
    if (!clocks) {
        return clocks.error();
    }
    snapshot.clocks = *std::move(clocks);
    return snapshot;
}

void encode_snapshot(const Snapshot& snapshot, UpdateFormat format, Bytes& out) {
    Writer writer(out);
    if (format == UpdateFormat::v1) {
        write_delete_set(writer, snapshot.deletes);
    } else {
        write_delete_set_v2(writer, snapshot.deletes);
    }
    write_state_vector(writer, snapshot.clocks);
}

bool equal_snapshots(const Snapshot& a, const Snapshot& b) {
    return same_ranges(a.deletes, b.deletes) && a.clocks == b.clocks;
}

Result<bool> snapshot_contains_update(const Snapshot& snapshot, BytesView update,
                                      UpdateFormat format) {
    OpenUpdate open;
    if (const Result<void> read = open.read(update, format); !read) {
        return read.error();
    }
    for (const StructRun& run : open.layout.runs) {
        if (run.end > clock_of(snapshot.clocks, run.client)) {
            return false;
        }
    }
    std::vector<WireRange> deletes = snapshot.deletes;
    deletes.insert(deletes.end(), open.layout.deletes.begin(), open.layout.deletes.end());
    normalise(deletes);
    return same_ranges(deletes, snapshot.deletes);
}

}  // namespace weft::yjs
