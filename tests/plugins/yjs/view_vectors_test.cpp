// What a reader sees of the documents that Yjs wrote: text, JSON and XML.
#include "shown_values.hpp"
#include "vectors.hpp"
#include "yjs_crdt.hpp"

#include <gtest/gtest.h>

namespace weft::yjs {
namespace {

std::unique_ptr<Replica> replica_of(const Json& updates, bool gc) {
    auto replica = YjsCrdt({gc}).create_replica({});
    for (const Json& update : updates) {
        const Bytes bytes = from_hex(update.is_object() ? update["v1"] : update);
        const BytesView view = bytes;
        Applied applied;
        replica->apply({&view, 1}, {&applied, 1});
    }
    return replica;
}

/// An emptied list does not tell of which kind it was.
bool is_empty(const Json& view) {
    return (view.contains("text") && view["text"] == "") ||
           (view.contains("json") && view["json"].empty()) ||
           (view.contains("xml") && view["xml"] == "");
}

void expect_view(const Replica& replica, const Json& roots, const Json& views) {
    std::map<std::string, std::string> kinds;
    for (const RootInfo& root : replica.roots()) {
        kinds[root.name] = root.kind;
    }
    for (const auto& [name, kind] : roots.items()) {
        if (is_empty(views[name]) || kind == "xmlel") {
            continue;  // an XML element has no name as a root
        }
        EXPECT_EQ(kinds[name], kind);
        const auto json = replica.json(name);
        ASSERT_TRUE(json) << json.error().message;
        const Json& view = views[name];
        const Json expected = kind == "text"  ? view["text"]
                              : kind == "xml" ? view["xml"]
                                              : as_shown(view["json"]);
        EXPECT_EQ(Json::parse(*json), expected) << *json;
        if (kind == "text") {
            EXPECT_EQ(*replica.text(name, 0, all_units), view["text"]);
        }
    }
}

class YjsView : public ::testing::TestWithParam<std::size_t> {};

TEST_P(YjsView, ShowsWhatYjsShows) {
    const Json& entry = vectors()["documents"][GetParam()];
    if (!entry["expect"]["view"].is_null()) {
        expect_view(*replica_of(entry["updates"], entry["gc"]), entry["roots"],
                    entry["expect"]["view"]);
    }
}

INSTANTIATE_TEST_SUITE_P(Documents, YjsView,
                         ::testing::Range(std::size_t{0}, vectors()["documents"].size()),
                         [](const auto& parameter) {
                             return test_name(vectors()["documents"][parameter.param]["name"]);
                         });

class YjsTraceView : public ::testing::TestWithParam<std::size_t> {};

TEST_P(YjsTraceView, ShowsWhatYjsShowsAfterRandomEditing) {
    const Json& entry = vectors()["traces"][GetParam()];
    expect_view(*replica_of(entry["updates_v1"], true), entry["roots"], entry["expect"]["view"]);
}

INSTANTIATE_TEST_SUITE_P(Traces, YjsTraceView,
                         ::testing::Range(std::size_t{0}, vectors()["traces"].size()),
                         [](const auto& parameter) {
                             return "Seed" + vectors()["traces"][parameter.param]["seed"].dump();
                         });

// Yjs writes an attribute as String(value), and of a format the members that `for in` finds: the units of a string, the elements
// of an array. Half a surrogate pair has no UTF-8.
TEST(YjsXmlView, ShowsArraysBytesAndStringsAsJavaScriptDoes) {
    const Bytes update = from_hex(
        "010b01000701017803017007000100062800010001610175037d017e75027701787500280001000162017b7ff8"
        "000000000000230001000163020102060001010162072272f09fa7b52284010502696e8601070162046e756c"
        "6c86010801690b5b2275222c5b312c325d5d850109165b312c5b6e756c6c2c2278225d2c7b2279223a317d5d"
        "86010a0169046e756c6c00");
    const auto replica = YjsCrdt({true}).create_replica({});
    const BytesView view = update;
    Applied applied;
    replica->apply({&view, 1}, {&applied, 1});
    ASSERT_EQ(applied.code, Code::ok) << applied.message;
    EXPECT_EQ(Json::parse(*replica->json("x")),
              "<p a=\"1,,x,\" b=\"NaN\" c=\"1,2\"><b 0=\"r\" 1=\"\ufffd\" 2=\"\ufffd\">in</b>"
              "<i 0=\"u\" 1=\"1,2\">1,,x,[object Object]</i></p>");
}

}  // namespace
}  // namespace weft::yjs
