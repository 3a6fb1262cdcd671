// Updates that nobody's editor writes: bounded time and memory, and never a crash.
#include "update_tools.hpp"
#include "vectors.hpp"
#include "yjs_crdt.hpp"

#include <weft/codec.hpp>

#include <gtest/gtest.h>

#include <ctime>

namespace weft::yjs {
namespace {

/// Of the processor, so that what else the machine does counts for nothing; instrumented code may take longer.
class Effort {
public:
    double seconds() const {
        return static_cast<double>(std::clock() - start_) / CLOCKS_PER_SEC / WEFT_TIMEOUT_FACTOR;
    }

private:
    std::clock_t start_ = std::clock();
};

std::unique_ptr<Replica> replica(std::uint64_t max_parked_bytes = 0) {
    ReplicaOptions options;
    options.max_parked_bytes = max_parked_bytes;
    return YjsCrdt({true}).create_replica(options);
}

Applied receive(Replica& to, BytesView update) {
    Applied applied;
    to.apply({&update, 1}, {&applied, 1});
    return applied;
}

/// `depth` arrays, each the only child of the one before; client 1.
Bytes nested_types(std::uint64_t depth, std::uint8_t type_ref) {
    Bytes update;
    Writer writer(update);
    writer.varuint(1);
    writer.varuint(depth);
    writer.varuint(1);
    writer.varuint(0);
    for (std::uint64_t i = 0; i < depth; ++i) {
        writer.u8(7);
        if (i == 0) {
            writer.varuint(1);
            writer.varstring("t");
        } else {
            writer.varuint(0);
            writer.varuint(1);
            writer.varuint(i - 1);
        }
        writer.u8(type_ref);
        if (type_ref == 3) {
            writer.varstring("p");
        }
    }
    writer.varuint(0);
    return update;
}

TEST(HostileUpdate, WithNestedTypes50000DeepIsShownDeletedAndDestroyedWithoutRecursion) {
    for (const std::uint8_t type_ref : {std::uint8_t{0}, std::uint8_t{3}}) {
        constexpr std::uint64_t depth = 50'000;
        const auto document = replica();
        ASSERT_EQ(receive(*document, nested_types(depth, type_ref)).code, Code::ok);
        const auto json = document->json("t");
        ASSERT_TRUE(json);
        EXPECT_GT(json->size(), 2 * depth);
        EXPECT_EQ(document->roots().front().kind, type_ref == 3 ? "xml" : "array");

        EXPECT_TRUE(receive(*document, from_hex("000101010001")).verbatim);
        Bytes state;
        ASSERT_TRUE(document->diff({}, state));
        EXPECT_LT(state.size(), 40u) << "all that was below is one GC struct";

        const auto destroyed_alive = replica();
        receive(*destroyed_alive, nested_types(depth, type_ref));
    }
}

/// An update of client 1 that puts one content into the root "t".
Bytes with_content(std::uint8_t ref, BytesView content) {
    Bytes update;
    Writer writer(update);
    for (const std::uint64_t number : {1, 1, 1, 0}) {
        writer.varuint(number);
    }
    writer.u8(ref);
    writer.varuint(1);
    writer.varstring("t");
    writer.bytes(content);
    writer.varuint(0);
    return update;
}

/// `depth` arrays of two values, each but the innermost with the next as its second: they are all open at once.
Bytes nested_any(std::size_t depth) {
    Bytes content{1};  // one value
    for (std::size_t i = 0; i < depth; ++i) {
        content.insert(content.end(), {117, 2, 126});
    }
    content.push_back(126);
    return content;
}

Bytes nested_json(std::size_t depth) {
    Bytes content;
    Writer writer(content);
    writer.varstring(std::string(depth, '[') + std::string(depth, ']'));
    return content;
}

struct DeepUpdate {
    const char* what;
    Bytes update;
};

std::vector<DeepUpdate> updates_with_values(std::size_t depth) {
    Bytes format{1, 'b'};
    const Bytes json = nested_json(depth);
    format.insert(format.end(), json.begin(), json.end());
    Bytes json_values{1};
    json_values.insert(json_values.end(), json.begin(), json.end());
    return {{"any", with_content(8, nested_any(depth))},
            {"json", with_content(2, json_values)},
            {"embed", with_content(5, json)},
            {"format", with_content(6, format)}};
}

TEST(HostileUpdate, WithValuesAMillionDeepIsMergedShownAndWrittenWithoutRecursion) {
    for (const DeepUpdate& deep : updates_with_values(1'000'000)) {
        const auto document = replica();
        const Applied applied = receive(*document, deep.update);
        ASSERT_EQ(applied.code, Code::ok) << deep.what << ": " << applied.message;
        EXPECT_TRUE(document->json("t")) << deep.what;
        Bytes state;
        ASSERT_TRUE(document->diff({}, state));
        EXPECT_TRUE(state == deep.update) << deep.what;
        Bytes v2;
        ASSERT_TRUE(convert_v1_to_v2(deep.update, v2)) << deep.what;
        Bytes merged;
        const BytesView twice[] = {deep.update, deep.update};
        ASSERT_TRUE(YjsCrdt({}).merge(twice, merged));
        EXPECT_TRUE(merged == deep.update) << deep.what;
    }
}

TEST(HostileUpdate, WithValuesDeeperThanTheOptionAllowsIsRefusedAndChangesNothing) {
    YjsOptions options;
    options.value_depth = 100;
    const YjsCrdt crdt(options);
    for (const DeepUpdate& deep : updates_with_values(101)) {
        const auto document = crdt.create_replica({});
        const Applied applied = receive(*document, deep.update);
        EXPECT_EQ(applied.code, Code::corrupt) << deep.what;
        EXPECT_EQ(applied.message, "a value nests 101 deep, over the limit of 100") << deep.what;
        EXPECT_EQ(crdt.check(deep.update).error().code, Code::corrupt) << deep.what;
        EXPECT_TRUE(document->roots().empty()) << deep.what;
    }
    for (const DeepUpdate& deep : updates_with_values(100)) {
        EXPECT_EQ(receive(*crdt.create_replica({}), deep.update).code, Code::ok) << deep.what;
    }
}

TEST(HostileUpdate, ThatClaimsHugeCountsIsRefusedWithoutAllocatingForThem) {
    const char* claims[] = {
        "ffffffffffffff0f",        // clients
        "01ffffffffffffff0f0100",  // structs
        "010101000801017"
        "4ffffffffffffff0f",                     // values of an any content
        "0101010002010174ffffffffffffff0f",      // values of a JSON content
        "0101010003010174ffffffffffffff0f",      // bytes
        "01010100080101740175ffffffffffffff0f",  // values of an array
        "01010100080101740176ffffffffffffff0f",  // keys of an object
        "00ffffffffffffff0f",                    // clients of the delete set
        "000101ffffffffffffff0f",                // ranges
        "01010101"
        "00ffffffffffffff0f"
        "00",  // a length that ends beyond 2^53 - 1
        "000101"
        "01ffffffffffffff0f01"
        "00",  // a range that ends there
    };
    for (const char* hex : claims) {
        const auto document = replica();
        EXPECT_EQ(receive(*document, from_hex(hex)).code, Code::corrupt) << hex;
        EXPECT_LT(document->memory_bytes(), 4096u);
    }
}

TEST(HostileUpdate, IsRefusedForWhatWouldStopYjsClients) {
    const char* updates[] = {
        "01010100840100014100",  // its own unit as origin
        "01010100840105014100",  // a later unit of its own client as origin
        "0101010004010174000"
        "0",  // an empty string
        "010101000000"
        "00",                    // a GC struct of length 0
        "01010100070101740700",  // type ref 7
        "01010100050101740"
        "17b00",  // an embed that is no JSON
        "0101010006010174016b0"
        "16100",  // a format whose value is no JSON
        "01010100090101740167"
        "7e00",  // a subdocument without options
        "01010100080101740173"
        "00",                                       // any tag 115
        "0201010004010174016101010104010174016200"  // two blocks of one client
    };
    for (const char* hex : updates) {
        const auto document = replica();
        EXPECT_EQ(receive(*document, from_hex(hex)).code, Code::corrupt) << hex;
        EXPECT_EQ(YjsCrdt({true}).check(from_hex(hex)).error().code, Code::corrupt);
    }
}

TEST(HostileUpdate, CutAnywhereIsRefusedAndChangesNothing) {
    for (const Json& trace : vectors()["traces"]) {
        const Bytes whole = from_hex(trace["expect"]["state_v1"]);
        const auto document = replica();
        const std::size_t step = 1 + whole.size() / 200;
        for (std::size_t size = 0; size < whole.size(); size += step) {
            EXPECT_EQ(receive(*document, BytesView(whole).first(size)).code, Code::corrupt);
        }
        Bytes state;
        ASSERT_TRUE(document->diff({}, state));
        EXPECT_EQ(to_hex(state), "0000");
    }
}

TEST(HostileUpdate, WithMillionsOfCollectedStructsTakesLittleMemory) {
    constexpr std::uint64_t structs = 2'000'000;
    Bytes update;
    Writer writer(update);
    writer.varuint(1);
    writer.varuint(structs);
    writer.varuint(1);
    writer.varuint(0);
    for (std::uint64_t i = 0; i < structs; ++i) {
        writer.u8(0);
        writer.u8(1);
    }
    writer.varuint(0);
    const auto document = replica();
    EXPECT_EQ(receive(*document, update).code, Code::ok);
    EXPECT_LT(document->memory_bytes(), 64u * 1024);
}

TEST(HostileUpdate, WithManyOverlappingDeletesTakesLinearTime) {
    const auto author = YjsCrdt({true}).create_replica({77, 0, 0});
    for (int i = 0; i < 2000; ++i) {
        Bytes ignored;
        const Edit edits[] = {Edit::insert_text("t", 0, "x")};
        ASSERT_TRUE(author->edit(edits, ignored));
    }
    Bytes update;
    Writer writer(update);
    constexpr std::uint64_t ranges = 500'000;
    writer.varuint(0);
    writer.varuint(1);
    writer.varuint(77);
    writer.varuint(ranges);
    for (std::uint64_t i = 0; i < ranges; ++i) {
        writer.varuint(0);
        writer.varuint(2000);
    }
    const Effort effort;
    EXPECT_EQ(receive(*author, update).code, Code::ok);
    EXPECT_LT(effort.seconds(), 5.0);
    EXPECT_EQ(*author->text("t", 0, all_units), "");
}

/// One letter of a client of its own, behind a letter that nobody has.
Bytes gapped_update(std::uint64_t client, std::uint64_t clock) {
    Bytes update;
    Writer writer(update);
    writer.varuint(1);
    writer.varuint(1);
    writer.varuint(client);
    writer.varuint(clock);
    writer.u8(0x84);
    writer.varuint(client);
    writer.varuint(clock - 1);
    writer.varstring("x");
    writer.varuint(0);
    return update;
}

class GappedUpdates : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(GappedUpdates, OfOneClientOrOfManyTakeLittleTimeAndBoundedMemory) {
    constexpr std::uint64_t limit = 4u << 20;
    for (const bool one_client : {true, false}) {
        const auto document = replica(limit);
        const Effort effort;
        Applied applied;
        for (std::uint64_t i = 0; i < GetParam(); ++i) {
            // Every other clock is missing.
            applied = receive(*document, one_client ? gapped_update(1, 2 * i + 1)
                                                    : gapped_update(1000 + i, 1));
            ASSERT_TRUE(applied.parked);
            ASSERT_LE(applied.parked_bytes, limit);
        }
        EXPECT_LT(effort.seconds(), 1.0);
        EXPECT_EQ(applied.parked_dropped, GetParam() > 20'000);
        EXPECT_LT(document->memory_bytes(), limit + 64 * 1024);
    }
}

INSTANTIATE_TEST_SUITE_P(Count, GappedUpdates, ::testing::Values(3'000u, 100'000u));

TEST(GappedUpdates, AreReleasedInLinearTimeWhenTheGapsClose) {
    const auto document = replica();
    constexpr std::uint64_t letters = 20'000;
    for (std::uint64_t i = letters; i-- > 1;) {
        ASSERT_TRUE(receive(*document, gapped_update(1, i)).parked);
    }
    const Effort effort;
    const Applied applied = receive(*document, from_hex("010101000401017401"
                                                        "7800"));
    EXPECT_TRUE(applied.released);
    EXPECT_EQ(applied.parked_bytes, 0u);
    EXPECT_LT(effort.seconds(), 2.0);
    EXPECT_EQ(document->text("t", 0, all_units)->size(), letters);
}

}  // namespace
}  // namespace weft::yjs
