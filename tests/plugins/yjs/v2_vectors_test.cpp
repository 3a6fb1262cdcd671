// Update v2 against the bytes of Yjs: each entry of the vectors has the same update in both formats.
#include "document.hpp"
#include "json_any.hpp"
#include "update_tools.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>

namespace weft::yjs {
namespace {

Bytes as_v2(BytesView v1) {
    Bytes out;
    EXPECT_TRUE(transcode_v1_to_v2(v1, out));
    return out;
}

Bytes as_v1(BytesView v2) {
    Bytes out;
    EXPECT_TRUE(transcode_v2_to_v1(v2, out));
    return out;
}

/// An update that Yjs wrote as `v1` and as `v2` goes from each to the other.
void expect_same_update(const std::string& v1, const std::string& v2) {
    EXPECT_EQ(to_hex(as_v2(from_hex(v1))), v2);
    EXPECT_EQ(to_hex(as_v1(from_hex(v2))), v1);
}

class YjsV2Document : public ::testing::TestWithParam<std::size_t> {
protected:
    const Json& entry() const { return vectors()["documents"][GetParam()]; }
};

TEST_P(YjsV2Document, HasItsUpdatesInBothFormats) {
    for (const Json& update : entry()["updates"]) {
        expect_same_update(update["v1"], update["v2"]);
    }
}

TEST_P(YjsV2Document, HasItsStateInBothFormats) {
    expect_same_update(entry()["expect"]["state_v1"], entry()["expect"]["state_v2"]);
    Bytes state_vector;
    ASSERT_TRUE(state_vector_from_update(from_hex(entry()["expect"]["state_v2"]), UpdateFormat::v2,
                                         state_vector));
    EXPECT_EQ(to_hex(state_vector), entry()["expect"]["state_vector"]);
}

TEST_P(YjsV2Document, ComesFromItsUpdatesV2AsFromThoseOfV1) {
    DocumentOptions options;
    options.collect_garbage = entry()["gc"].get<bool>();
    Document document(options);
    for (const Json& update : entry()["updates"]) {
        const Bytes v1 = as_v1(from_hex(update["v2"]));
        Applied applied;
        Bytes effective;
        document.apply(v1, applied, effective);
        ASSERT_EQ(applied.code, Code::ok);
    }
    Bytes state;
    ASSERT_TRUE(document.diff({}, Document::Parked::left_out, state));
    EXPECT_EQ(to_hex(as_v2(state)), entry()["expect"]["state_v2"]);
}

INSTANTIATE_TEST_SUITE_P(Documents, YjsV2Document,
                         ::testing::Range(std::size_t{0}, vectors()["documents"].size()),
                         [](const auto& parameter) {
                             return test_name(vectors()["documents"][parameter.param]["name"]);
                         });

TEST(UpdateV2, KeepsWhatYjsHoldsBackForLater) {
    for (const Json& order : vectors()["orders"]) {
        for (const Json& step : order["steps"]) {
            for (const char* key : {"pending_structs_v2", "pending_ds_v2"}) {
                if (step.is_object() && step.contains(key) && step[key].is_string()) {
                    const Bytes v2 = from_hex(step[key]);
                    EXPECT_EQ(to_hex(as_v2(as_v1(v2))), to_hex(v2)) << order["name"];
                }
            }
        }
    }
}

TEST(UpdateV2, LosesKeyMarksOfStructsWithAnOriginWhenItIsConverted) {
    // Y.convertUpdateFormatV1ToV2 of a map's key that was set twice, and back.
    Bytes converted, back;
    ASSERT_TRUE(convert_v1_to_v2(from_hex("010201002801016d016b017d01a80100017d0200"), converted));
    ASSERT_TRUE(convert_v2_to_v1(converted, back));
    EXPECT_EQ(to_hex(back), "010201002801016d016b017d01880100017d0200");
}

TEST(UpdateV2, IsRefusedWhenAFewBytesUnfoldBeyondTheLimit) {
    // 2^40 GC structs of client 1, each of length 1: all columns but the rest are endless.
    Bytes bomb;
    Writer writer(bomb);
    const auto column = [&](const char* hex) { writer.varbytes(from_hex(hex)); };
    writer.varuint(0);
    column("");
    column("01");  // client
    column("");
    column("");
    column("00");  // info: GC for ever
    column("0000");
    column("");
    column("");
    Bytes lengths;
    Writer length_writer(lengths);
    write_varint(length_writer, {true, 1});
    length_writer.varuint(varuint_max - 2);
    writer.varbytes(lengths);
    writer.varuint(1);
    writer.varuint(std::uint64_t{1} << 40);
    writer.varuint(0);
    writer.varuint(0);
    Bytes out;
    const Result<void> unfolded = transcode_v2_to_v1(bomb, out, 1 << 20);
    ASSERT_FALSE(unfolded);
    EXPECT_EQ(unfolded.error().code, Code::limit);
    EXPECT_LT(out.size(), std::size_t{2} << 20);
}

TEST(UpdateV2, IsRefusedWhenItIsCutAnywhere) {
    for (const Json& document : vectors()["documents"]) {
        const Bytes state = from_hex(document["expect"]["state_v2"]);
        for (std::size_t size = 0; size + 1 < state.size(); ++size) {
            EXPECT_FALSE(check_update(BytesView(state).first(size), UpdateFormat::v2))
                << document["name"] << " cut to " << size;
        }
    }
}

struct JsonAndAny {
    const char* json;
    const char* any;
};

TEST(JsonAny, ReadsJsonAsJavaScriptDoes) {
    const JsonAndAny cases[] = {
        {R"( {"b":1,"10":2,"a":3,"9":4} )", "7604"
                                            "0139"
                                            "7d04"
                                            "023130"
                                            "7d02"
                                            "0162"
                                            "7d01"
                                            "0161"
                                            "7d03"},
        {R"({"a":1,"b":2,"a":[]})", "760201617500"
                                    "01627d02"},
        {R"(["\ud83d\ude00","\ud83d","\u0041\n"])", "7503"
                                                    "7704f09f9880"
                                                    "7703efbfbd"
                                                    "7702410a"},
        {"[-0,1e2,0.5,0.1,1e999,-1e-999,2147483648]", "7507"
                                                      "7d40"
                                                      "7da401"
                                                      "7c3f000000"
                                                      "7b3fb999999999999a"
                                                      "7c7f800000"
                                                      "7d40"
                                                      "7c4f000000"},
        {R"({"":null,"01":true,"4294967295":false})", "7603"
                                                      "00"
                                                      "7e"
                                                      "023031"
                                                      "78"
                                                      "0a34323934393637323935"
                                                      "79"},
    };
    for (const JsonAndAny& test : cases) {
        Bytes any;
        Writer writer(any);
        json_to_any(test.json, writer);
        EXPECT_EQ(to_hex(any), test.any) << test.json;
    }
}

TEST(JsonAny, WritesJsonAsJavaScriptDoes) {
    const JsonAndAny cases[] = {
        {R"({"a":[null,null],"c":"\u0001\b\"\\"})", "76"
                                                    "03"
                                                    "0161"
                                                    "75027f7e"
                                                    "0162"
                                                    "7f"
                                                    "0163"
                                                    "770401"
                                                    "08225c"},
        {"[0,-64,null,1e+21,123456789012345680000,1.5e-7,0.000001,-0.25]", "7508"
                                                                           "7d40"
                                                                           "7dc001"
                                                                           "7bfff0000000000000"
                                                                           "7b444b1ae4d6e2ef50"
                                                                           "7b441ac53a7e04bcda"
                                                                           "7b3e8421f5f40d8376"
                                                                           "7b3eb0c6f7a0b5ed8d"
                                                                           "7cbe800000"},
        {R"({"0":7,"1":255})", "740207ff"},
        {"null", "7f"},
        {"{}", "7600"},
    };
    for (const JsonAndAny& test : cases) {
        const Bytes any = from_hex(test.any);
        Reader reader(any);
        std::string json;
        any_to_json_text(reader, json);
        EXPECT_EQ(json, test.json);
        EXPECT_TRUE(reader.ok() && reader.at_end());
    }
}

}  // namespace
}  // namespace weft::yjs
