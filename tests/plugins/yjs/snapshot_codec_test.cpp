// Snapshots as bytes, against those of Yjs.
#include "snapshot_codec.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>

namespace weft::yjs {
namespace {

Snapshot snapshot_of(const std::string& hex, UpdateFormat format) {
    Result<Snapshot> decoded = decode_snapshot(from_hex(hex), format);
    EXPECT_TRUE(decoded) << hex;
    return decoded ? *std::move(decoded) : Snapshot{};
}

std::string hex_of(const Snapshot& snapshot, UpdateFormat format) {
    Bytes bytes;
    encode_snapshot(snapshot, format, bytes);
    return to_hex(bytes);
}

bool contains(const Snapshot& snapshot, const std::string& update, UpdateFormat format) {
    const Result<bool> answer = snapshot_contains_update(snapshot, from_hex(update), format);
    EXPECT_TRUE(answer);
    return answer && *answer;
}

void expect_same(const std::string& v1, const std::string& v2) {
    const Snapshot from_v1 = snapshot_of(v1, UpdateFormat::v1);
    const Snapshot from_v2 = snapshot_of(v2, UpdateFormat::v2);
    EXPECT_TRUE(equal_snapshots(from_v1, from_v2));
    EXPECT_EQ(hex_of(from_v1, UpdateFormat::v2), v2);
    EXPECT_EQ(hex_of(from_v2, UpdateFormat::v1), v1);
}

TEST(SnapshotCodec, ReadsAndWritesTheSnapshotOfEachDocumentInBothFormats) {
    for (const Json& document : vectors()["documents"]) {
        const Json& expect = document["expect"];
        expect_same(expect["snapshot_v1"], expect["snapshot_v2"]);
        const Snapshot snapshot = snapshot_of(expect["snapshot_v1"], UpdateFormat::v1);
        EXPECT_TRUE(contains(snapshot, expect["state_v1"], UpdateFormat::v1)) << document["name"];
        EXPECT_TRUE(contains(snapshot, expect["state_v2"], UpdateFormat::v2)) << document["name"];
    }
}

TEST(SnapshotCodec, ReadsAndWritesTheSnapshotsOfAHistoryInBothFormats) {
    for (const Json& entry : vectors()["snapshots"]) {
        expect_same(entry["snapshot_v1"], entry["snapshot_v2"]);
    }
}

TEST(SnapshotCodec, TellsSnapshotsApartByClocksAndByDeletes) {
    const Json& entries = vectors()["snapshots"];
    const Snapshot one = snapshot_of(entries[0]["snapshot_v1"], UpdateFormat::v1);
    const Snapshot two = snapshot_of(entries[1]["snapshot_v1"], UpdateFormat::v1);
    const Snapshot three = snapshot_of(entries[2]["snapshot_v1"], UpdateFormat::v1);
    EXPECT_TRUE(equal_snapshots(two, two));
    EXPECT_FALSE(equal_snapshots(one, two));
    EXPECT_FALSE(equal_snapshots(two, three));  // equal clocks
}

TEST(SnapshotCodec, ContainsAnUpdateWhoseStructsAndDeletesItHas) {
    const Json& entries = vectors()["snapshots"];
    const Snapshot one = snapshot_of(entries[0]["snapshot_v1"], UpdateFormat::v1);
    const Snapshot two = snapshot_of(entries[1]["snapshot_v1"], UpdateFormat::v1);
    EXPECT_TRUE(contains(one, entries[0]["restored_state_v1"], UpdateFormat::v1));
    EXPECT_TRUE(contains(two, entries[1]["restored_state_v1"], UpdateFormat::v1));
    EXPECT_FALSE(contains(one, entries[0]["full_v1"], UpdateFormat::v1));  // later structs
    EXPECT_FALSE(contains(two, entries[2]["full_v1"], UpdateFormat::v1));  // later deletes
    EXPECT_TRUE(contains(one, "0000", UpdateFormat::v1));
    EXPECT_FALSE(contains(one, "000101010001", UpdateFormat::v1));
}

TEST(SnapshotCodec, RefusesWhatIsCut) {
    for (const Json& entry : vectors()["snapshots"]) {
        for (const auto format : {UpdateFormat::v1, UpdateFormat::v2}) {
            const Bytes bytes =
                from_hex(entry[format == UpdateFormat::v1 ? "snapshot_v1" : "snapshot_v2"]);
            for (std::size_t size = 0; size < bytes.size(); ++size) {
                EXPECT_FALSE(decode_snapshot(BytesView(bytes).first(size), format)) << size;
            }
        }
    }
}

}  // namespace
}  // namespace weft::yjs
