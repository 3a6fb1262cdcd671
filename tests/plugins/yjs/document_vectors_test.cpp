// The engine against documents that Yjs itself has written: same updates in, same bytes out.
#include "document.hpp"
#include "state_encoder.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>

namespace weft::yjs {
namespace {

Bytes receive(Document& document, BytesView update) {
    Applied applied;
    Bytes out;
    document.apply(update, applied, out);
    EXPECT_EQ(applied.code, Code::ok) << applied.message;
    return applied.verbatim ? to_bytes(applied.effective) : out;
}

std::string state_vector_of(const Document& document) {
    Bytes out;
    document.state_vector(out);
    return to_hex(out);
}

Json delete_set_of(const Document& document) {
    Json clients = Json::object();
    for (const WireRange& range : deleted_ranges(document.store())) {
        clients[std::to_string(range.client)].push_back(Json::array({range.clock, range.length}));
    }
    return clients;
}

DocumentOptions collecting(bool garbage) {
    DocumentOptions options;
    options.collect_garbage = garbage;
    return options;
}

class YjsDocument : public ::testing::TestWithParam<std::size_t> {
protected:
    const Json& entry() const { return vectors()["documents"][GetParam()]; }
};

TEST_P(YjsDocument, IsWrittenAsTheSameBytesAsYjsWritesAfterTheSameUpdates) {
    Document document(collecting(entry()["gc"]));
    for (const Json& update : entry()["updates"]) {
        receive(document, from_hex(update["v1"]));
    }
    const Json& expected = entry()["expect"];
    EXPECT_EQ(state_of(document), expected["state_v1"]) << entry()["js"];
    EXPECT_EQ(state_vector_of(document), expected["state_vector"]);
    EXPECT_EQ(delete_set_of(document), expected["delete_set"]);
}

TEST_P(YjsDocument, IsRebuiltFromTheEffectiveUpdatesAlone) {
    Document first(collecting(entry()["gc"]));
    Document second(collecting(entry()["gc"]));
    for (const Json& update : entry()["updates"]) {
        const Bytes effective = receive(first, from_hex(update["v1"]));
        if (!effective.empty()) {
            receive(second, effective);
        }
    }
    EXPECT_EQ(state_of(second), entry()["expect"]["state_v1"]);
}

TEST_P(YjsDocument, IsRebuiltFromItsOwnState) {
    const Bytes state = from_hex(entry()["expect"]["state_v1"]);
    Document document(collecting(entry()["gc"]));
    receive(document, state);
    EXPECT_EQ(state_of(document), entry()["expect"]["state_v1"]);
    EXPECT_TRUE(receive(document, state).empty()) << "a state that comes again brings nothing new";
}

INSTANTIATE_TEST_SUITE_P(Documents, YjsDocument,
                         ::testing::Range(std::size_t{0}, vectors()["documents"].size()),
                         [](const auto& parameter) {
                             return test_name(vectors()["documents"][parameter.param]["name"]);
                         });

class YjsDelivery : public ::testing::TestWithParam<std::size_t> {};

TEST_P(YjsDelivery, EndsEveryStepInTheStateOfYjs) {
    const Json& entry = vectors()["orders"][GetParam()];
    Document document(DocumentOptions{});
    for (std::size_t i = 0; i < entry["order"].size(); ++i) {
        receive(document, from_hex(entry["updates"][entry["order"][i].get<std::size_t>()]));
        const Json& step = entry["steps"][i];
        if (step.is_null()) {
            continue;
        }
        if (step.contains("state_vector")) {
            EXPECT_EQ(state_vector_of(document), step["state_vector"]) << "step " << i;
        }
        const bool pending =
            step.contains("pending_structs_v2") &&
            !(step["pending_structs_v2"].is_null() && step["pending_ds_v2"].is_null());
        EXPECT_EQ(document.parked_bytes() != 0, pending) << "step " << i;
        if (!pending) {
            EXPECT_EQ(state_of(document), step["state_v1"]) << "step " << i;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Orders, YjsDelivery,
                         ::testing::Range(std::size_t{0}, vectors()["orders"].size()),
                         [](const auto& parameter) {
                             return test_name(vectors()["orders"][parameter.param]["name"]);
                         });

class YjsTrace : public ::testing::TestWithParam<std::size_t> {
protected:
    const Json& entry() const { return vectors()["traces"][GetParam()]; }
};

TEST_P(YjsTrace, EndsInTheSameBytesAsInYjs) {
    Document document(DocumentOptions{});
    for (const Json& update : entry()["updates_v1"]) {
        receive(document, from_hex(update));
    }
    EXPECT_EQ(state_of(document), entry()["expect"]["state_v1"]);
    EXPECT_EQ(state_vector_of(document), entry()["expect"]["state_vector"]);
    EXPECT_EQ(delete_set_of(document), entry()["expect"]["delete_set"]);
}

TEST_P(YjsTrace, EndsInTheSameContentWhenDeliveredBackwards) {
    Document document(DocumentOptions{});
    for (std::size_t i = entry()["updates_v1"].size(); i-- > 0;) {
        receive(document, from_hex(entry()["updates_v1"][i]));
    }
    EXPECT_EQ(document.parked_bytes(), 0u);
    EXPECT_EQ(state_vector_of(document), entry()["expect"]["state_vector"]);
    EXPECT_EQ(delete_set_of(document), entry()["expect"]["delete_set"]);
}

INSTANTIATE_TEST_SUITE_P(Traces, YjsTrace,
                         ::testing::Range(std::size_t{0}, vectors()["traces"].size()),
                         [](const auto& parameter) {
                             return "Seed" + vectors()["traces"][parameter.param]["seed"].dump();
                         });

class DamagedUpdate : public ::testing::TestWithParam<std::size_t> {
protected:
    const Json& entry() const { return vectors()["damaged"][GetParam()]; }
};

TEST_P(DamagedUpdate, IsRefusedWholeWhereYjsThrowsAndTakenWhereYjsTakesIt) {
    Document document(DocumentOptions{});
    const Bytes before = from_hex("0101070004010174026f6b00");
    receive(document, before);
    const std::string state_before = state_of(document);

    Applied applied;
    Bytes out;
    const Bytes update = from_hex(entry()["hex"]);
    document.apply(update, applied, out);
    if (entry()["throws"]) {
        EXPECT_EQ(applied.code, Code::corrupt);
        EXPECT_FALSE(applied.message.empty());
        EXPECT_EQ(state_of(document), state_before);
        return;
    }
    EXPECT_EQ(applied.code, Code::ok) << applied.message;
    for (const auto& [client, clock] : entry()["state_vector_map"].items()) {
        EXPECT_EQ(document.store().state(std::stoull(client)), clock.get<std::uint64_t>());
    }
    EXPECT_EQ(applied.parked, entry()["state_vector_map"].empty());
    EXPECT_FALSE(applied.verbatim && entry()["name"] == "trailing bytes are ignored");
}

INSTANTIATE_TEST_SUITE_P(Damaged, DamagedUpdate,
                         ::testing::Range(std::size_t{0}, vectors()["damaged"].size()),
                         [](const auto& parameter) {
                             return test_name(vectors()["damaged"][parameter.param]["name"]);
                         });

}  // namespace
}  // namespace weft::yjs
