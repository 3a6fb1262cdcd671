// Names in lists: where a prefix ends in byte order.
#include "postgres_store.hpp"

namespace weft::postgres {
namespace {

Texts names_with(PostgresStore& store, const std::string& prefix) {
    const auto stats = ask<std::vector<DocumentStat>>([&](auto done) {
                           store.storage().list({prefix, "", 100}, std::move(done));
                       }).get();
    if (!stats) {
        return {stats.error().message};
    }
    Texts names;
    for (const DocumentStat& stat : *stats) {
        names.push_back(stat.head.document);
    }
    return names;
}

TEST(PostgresNames, APrefixMayEndInAnyCharacter) {
    PostgresStore store(shared_server().empty_store());
    ASSERT_TRUE(store.start());
    // The last character of each length in UTF-8, the one before the surrogates, the last of all; and what follows each.
    const Texts ends{"~", "\x7f", "\xdf\xbf", "\xed\x9f\xbf", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf"};
    const Texts next{"\x7f", "\xc2\x80", "\xe0\xa0\x80", "\xee\x80\x80", "\xf0\x90\x80\x80"};
    for (const std::string& character : ends) {
        ASSERT_TRUE(store.append("a" + character, {"x"}));
        ASSERT_TRUE(store.append("a" + character + "\xf4\x8f\xbf\xbf" + "b", {"x"}));
    }
    for (const std::string& character : next) {
        ASSERT_TRUE(store.append("a" + character + "behind", {"x"}));
    }
    for (const std::string& character : ends) {
        Texts expected{"a" + character, "a" + character + "\xf4\x8f\xbf\xbf" + "b"};
        if (character == "\x7f") {
            expected.insert(expected.begin() + 1, "a\x7f"
                                                  "behind");
        }
        EXPECT_EQ(names_with(store, "a" + character), expected);
    }
    EXPECT_EQ(names_with(store, "a").size(), 2 * ends.size() + next.size());
    EXPECT_EQ(names_with(store, ends.back()).size(), 0u);
}

TEST(PostgresNames, ANameThatIsNoTextFailsNoOther) {
    PostgresStore store(shared_server().empty_store());
    ASSERT_TRUE(store.start());
    std::vector<Asked<Appended>> asked;
    for (const std::string& name : {std::string("good"), std::string("\xff\xfe"),
                                    std::string("a\0b", 3), std::string("too")}) {
        asked.push_back(store.begin_append(request_of(name, {"x"})));
    }
    EXPECT_EQ(code_of(asked[0].get()), Code::ok);
    EXPECT_EQ(code_of(asked[1].get()), Code::invalid);
    EXPECT_EQ(code_of(asked[2].get()), Code::invalid);
    EXPECT_EQ(code_of(asked[3].get()), Code::ok);
}

}  // namespace
}  // namespace weft::postgres
